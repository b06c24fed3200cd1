/**
 * Cold starts of the API's bundle: INIT beside an h3 hello-world with the SDK's DynamoDB client, and the first request
 * of an instance beside a warm one. Lambda's image pull and microVM are not in it.
 *
 * Figures are CPU milliseconds of the process. A user of a cold start waits for both, and Lambda gives INIT a whole CPU
 * and an invocation at 512 MB 0.29 of one: that wait is set beside the hello-world's that reads its first item.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type BuildOptions, build } from "esbuild";
import { startLocalCloud } from "../local/local-cloud";
import { urlEvent } from "../test/support/doubles/events";
import { type Costs, type Program, runInstance, runtimeName } from "./instance";
import { median } from "./process.mjs";
import { row } from "./report.mjs";

const rounds = Number(process.env.ROUNDS ?? 9);
/** Requests after the first, of which the last ten count as warm. */
const WARM = 30;
/** The part of a CPU that Lambda gives an invocation at 512 MB; it gives INIT a whole one. */
const CPU_OF_INVOCATION = 0.29;

const HELLO = `
  import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
  import { H3 } from "h3";
  const client = new DynamoDBClient({});
  const nobody = new GetItemCommand({ TableName: process.env.APP_DYNAMODB_TABLE_POSTS, Key: { id: { S: "nobody" } } });
  const app = new H3()
    .get("/health", () => ({ status: "healthy" }))
    .get("/item", async () => ({ found: (await client.send(nobody)).Item !== undefined }));
  export const handler = async ({ rawPath, requestContext, headers }) => {
    const response = await app.request("https://" + headers.host + rawPath, { method: requestContext.http.method });
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };`;

/** Bundles a peer with the options of the API's own bundle. */
async function peer(folder: string, contents: string): Promise<string> {
  const options: BuildOptions = {
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "esm",
    mainFields: ["module", "main"],
    outdir: folder,
    entryNames: "index",
    outExtension: { ".js": ".mjs" },
    // Dependencies in CommonJS ask for Node's own modules with require.
    banner: { js: 'import{createRequire as __r}from"node:module";const require=__r(import.meta.url);' },
  };
  await build(options);
  return folder;
}

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-cold-start-"));
  const cloud = await startLocalCloud({
    definition: path.resolve("cdktf.out/stacks/development/cdk.tf.json"),
    dist: path.resolve("dist"),
    data: path.join(folder, "data"),
    ports: { api: 0, gateway: 0, dynamodb: 0 },
    throttling: false,
  });
  try {
    const token = await fetch(cloud.tokensUrl ?? "", {
      method: "POST",
      headers: { accept: "text/plain", "content-type": "application/json" },
      body: JSON.stringify({ uid: "alice" }),
    }).then((response) => response.text());
    const variables = {
      ...cloud.definition.functionUrl?.function.variables,
      APP_SERVERLESS_WEBSOCKET_ENDPOINT: cloud.broadcastUrl ?? "",
      AWS_REGION: cloud.definition.place.region,
      AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
      AWS_ENDPOINT_URL: cloud.dynamodbUrl,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
    const preload = path.join(folder, "preload.cjs");
    const contents = `import { redirectGoogleCertificates } from "./local/lambda/google-certificates";
      redirectGoogleCertificates(${new URL(cloud.gatewayUrl).port});`;
    await build({
      stdin: { contents, resolveDir: process.cwd() },
      bundle: true,
      platform: "node",
      outfile: preload,
    });
    const programs: Record<"hello" | "api", Program> = {
      hello: { task: await peer(path.join(folder, "hello"), HELLO), variables, preload },
      api: { task: path.resolve("dist/api"), variables, preload },
    };
    const json = { "content-type": "application/json" };
    const list = urlEvent("GET", "/api/v1/posts");
    const body = JSON.stringify({ title: "Cold", content: "start" });
    const create = urlEvent("POST", "/api/v1/posts", { headers: { ...json, authorization: `Bearer ${token}` }, body });
    const times = (event: object) => Array.from({ length: 1 + WARM }, () => event);
    const runs = {
      hello: () => runInstance(programs.hello, [urlEvent("GET", "/item")]),
      list: () => runInstance(programs.api, times(list)),
      create: () => runInstance(programs.api, times(create)),
    };
    const costs: Record<keyof typeof runs, Costs[]> = { hello: [], list: [], create: [] };
    // In turn, so that a change of the machine's speed meets all of them; the first round is not counted.
    for (let round = 0; round <= rounds; round++)
      for (const name of Object.keys(runs) as (keyof typeof runs)[]) {
        const cost = await runs[name]();
        if (round > 0) costs[name].push(cost);
      }
    const init = (name: keyof typeof runs) => median(costs[name].map((cost) => cost.init));
    console.log(`\nCold starts, CPU of the process, medians of ${rounds} (ROUNDS); node bench/run.mjs cold-start`);
    console.log(`  through ${runtimeName}`);
    console.log(
      `  INIT: h3 hello-world with a DynamoDB client ${init("hello").toFixed(0)} ms, API ${init("list").toFixed(0)} ms`,
    );
    row("INIT of the API beside that hello-world", init("list") / init("hello"), 1.6, "x");
    const firstOf = (name: keyof typeof runs) => median(costs[name].map(({ invocations: [first = 0] }) => first));
    const wait = (name: keyof typeof runs) => init(name) + firstOf(name) / CPU_OF_INVOCATION;
    console.log(
      `  a user's wait: hello-world and its first item ${wait("hello").toFixed(0)} ms, API and its first list ${wait("list").toFixed(0)} ms, or post ${wait("create").toFixed(0)} ms`,
    );
    row("wait for the first list beside the hello-world's first item", wait("list") / wait("hello"), 1.3, "x");
    row("wait for the first post beside the hello-world's first item", wait("create") / wait("hello"), 1.3, "x");
    for (const [name, what] of [
      ["list", "GET /api/v1/posts"],
      ["create", "signed-in POST /api/v1/posts"],
    ] as const) {
      const first = firstOf(name);
      const warm = median(costs[name].map(({ invocations }) => median(invocations.slice(-10))));
      console.log(`  ${what}: first ${first.toFixed(1)} ms, warm ${warm.toFixed(1)} ms`);
      row(`${what}, first request over a warm one`, first - warm, 20, "ms");
    }
  } finally {
    await cloud.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
