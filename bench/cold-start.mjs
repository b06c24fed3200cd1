// node bench/cold-start.mjs: cold starts of the API's bundle beside an h3 hello-world and an empty handler, through AWS's
// own runtime client (aws-lambda-ric) on the Node.js the functions deploy to. Lambda's image pull and microVM are not in it.
//
// The client is compiled when it is installed (autoconf, automake, libtool, cmake, g++, make, python3, unzip), so it is no
// dependency of the project: RIC_FOLDER names a folder where `npm i aws-lambda-ric@4.0.2 node@24.21.0` was run.
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { median } from "./process.mjs";
import { row } from "./report.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const modules = path.join(process.env.RIC_FOLDER ?? path.join(root, "bench/ric"), "node_modules");
const client = path.join(modules, "aws-lambda-ric/index.mjs");
const rounds = Number(process.env.ROUNDS ?? 15);

const HELLO = `
  import { H3 } from "h3";
  const app = new H3().get("/health", () => ({ status: "healthy" }));
  export const handler = async ({ rawPath, requestContext, headers }) => {
    const response = await app.request("https://" + headers.host + rawPath, { method: requestContext.http.method });
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };`;
const EMPTY = "export const handler = async () => ({ statusCode: 200 });";

const EVENT = JSON.stringify({
  version: "2.0",
  routeKey: "$default",
  rawPath: "/health",
  rawQueryString: "",
  headers: { host: "example.lambda-url.ap-northeast-1.on.aws" },
  requestContext: {
    domainName: "example.lambda-url.ap-northeast-1.on.aws",
    http: { method: "GET", path: "/health", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
    requestId: "00000000-0000-4000-8000-000000000000",
    routeKey: "$default",
    stage: "$default",
  },
  isBase64Encoded: false,
});

/** Spawns one instance. @param {string} task its folder @param {NodeJS.ProcessEnv} variables @returns ms to its first answer */
async function coldStart(task, variables) {
  /** @type {(milliseconds: number) => void} */
  let done = () => undefined;
  const answered = new Promise((/** @type {(milliseconds: number) => void} */ resolve) => {
    done = resolve;
  });
  let handed = false;
  let started = 0;
  const runtime = http.createServer((request, response) => {
    if (request.method === "GET") {
      if (handed) return; // There is no second event: the client waits until it is ended.
      handed = true;
      response.writeHead(200, {
        "lambda-runtime-aws-request-id": "00000000-0000-4000-8000-000000000000",
        "lambda-runtime-deadline-ms": String(Date.now() + 15_000),
        "lambda-runtime-invoked-function-arn": "arn:aws:lambda:ap-northeast-1:123456789012:function:bench",
        "content-type": "application/json",
      });
      response.end(EVENT);
      return;
    }
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const milliseconds = performance.now() - started;
      response.writeHead(202).end();
      if (!request.url?.endsWith("/response") || JSON.parse(body).statusCode !== 200)
        throw new Error(`${task}: ${request.url} ${body}`);
      done(milliseconds);
    });
  });
  await new Promise((resolve) => runtime.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (runtime.address());
  started = performance.now();
  const instance = spawn(path.join(modules, ".bin/node"), [client, "index.handler"], {
    cwd: task,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...variables,
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: task,
      _HANDLER: "index.handler",
      AWS_REGION: "ap-northeast-1",
      AWS_LAMBDA_FUNCTION_NAME: "bench",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
      AWS_LAMBDA_LOG_GROUP_NAME: "bench",
      AWS_LAMBDA_LOG_STREAM_NAME: "bench",
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
    },
  });
  const ended = new Promise((/** @type {(milliseconds: number) => void} */ _, reject) => {
    instance.on("error", reject);
    instance.on("exit", (status) => reject(new Error(`${task}: the instance ended with ${status}`)));
  });
  const milliseconds = await Promise.race([answered, ended]);
  instance.kill("SIGKILL");
  runtime.closeAllConnections();
  runtime.close();
  return milliseconds;
}

/** The variables that the stack gives the API; their values do not matter here. */
function apiVariables() {
  const stack = JSON.parse(fs.readFileSync(path.join(root, "cdktf.out/stacks/production/cdk.tf.json"), "utf8"));
  const { variables } = stack.resource.aws_lambda_function.api.environment;
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, String(value).replaceAll(/\$\{[^}]*\}/g, "x")]),
  );
}

if (!fs.existsSync(client)) {
  console.log(`not run: there is no ${client}; see the head of bench/cold-start.mjs`);
  process.exit(0);
}
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-cold-start-"));
try {
  /** @param {string} name @param {string} contents */
  const peer = async (name, contents) => {
    const outfile = path.join(folder, name, "index.mjs");
    const stdin = { contents, resolveDir: root };
    await build({ stdin, bundle: true, minify: true, platform: "node", target: "node20", format: "esm", outfile });
    return path.dirname(outfile);
  };
  const tasks = {
    empty: { task: await peer("empty", EMPTY), variables: {} },
    hello: { task: await peer("hello", HELLO), variables: {} },
    api: { task: path.join(root, "dist/api"), variables: apiVariables() },
  };
  /** @type {Record<keyof typeof tasks, number[]>} */
  const times = { empty: [], hello: [], api: [] };
  // In turn, so that a change of the machine's speed meets all of them; the first round is not counted.
  for (let round = 0; round <= rounds; round++)
    for (const [name, { task, variables }] of Object.entries(tasks)) {
      const milliseconds = await coldStart(task, variables);
      if (round > 0) times[/** @type {keyof typeof tasks} */ (name)].push(milliseconds);
    }
  const [empty, hello, api] = [median(times.empty), median(times.hello), median(times.api)];
  console.log(`Cold start, spawn to first answer, medians of ${rounds}`);
  console.log(`  empty ${empty.toFixed(0)} ms, h3 hello-world ${hello.toFixed(0)} ms, API ${api.toFixed(0)} ms`);
  row("API beside an h3 hello-world", api / hello, 1.25, "x");
  row("API beside an empty handler", api / empty, 2.2, "x");
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
