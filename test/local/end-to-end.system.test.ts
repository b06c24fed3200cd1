import fs from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import type { LocalCloudOptions } from "../../local/options";
import { listen } from "../support/doubles/servers/http-server";
import { FILE, type Stack, synthesized } from "./definition/synthesized";
import { present } from "./gateway-fixtures";
import { Sha256 } from "./sha256";
import { signedInAs } from "./signed-in-as";
import { until } from "./until";
import { Client } from "./websocket-client";

const DIST = path.resolve(__dirname, "../../dist");
const functions = fs.readdirSync(path.join(DIST, "functions"));
const HELLO = { title: "Hello", content: "First" };
const BROADCAST = { type: "test", data: { message: "test" } };
let folder: string;
let clouds: LocalCloud[];
let shown: string;
beforeEach(begin);
afterEach(end);

function begin(): void {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-cloud-"));
  clouds = [];
  shown = "";
}
async function end(): Promise<void> {
  for (const cloud of clouds) await cloud.stop();
  fs.rmSync(folder, { recursive: true });
}

/** Starts the synthesized stack on free ports, with its data in the test's folder. */
async function start(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startLocalCloud({
    definition: FILE,
    dist: DIST,
    data: path.join(folder, "data"),
    ports: { api: 0, gateway: 0, dynamodb: 0 },
    output: { write: (text) => (shown += text) },
    ...options,
  });
  clouds.push(cloud);
  return cloud;
}
/** Starts the synthesized stack after a change. */
async function startChanged(change: (stack: Stack) => void): Promise<LocalCloud> {
  const stack = synthesized();
  change(stack);
  const definition = path.join(folder, "cdk.tf.json");
  fs.writeFileSync(definition, JSON.stringify(stack));
  return start({ definition });
}
const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
const connect = (cloud: LocalCloud) => Client.connect(present(cloud.websocketUrl));

/** Posts to the broadcast route as a client with the developer's key does. */
async function signedBroadcast({ broadcastUrl, credentials, definition }: LocalCloud) {
  const { hostname, port, pathname: path, host } = new URL(present(broadcastUrl));
  const signer = new SignatureV4({
    credentials,
    region: definition.place.region,
    service: "execute-api",
    sha256: Sha256,
  });
  const body = JSON.stringify(BROADCAST);
  const request = {
    method: "POST",
    protocol: "http:",
    hostname,
    port: Number(port),
    path,
    query: {},
    headers: { host },
    body,
  };
  const { headers } = await signer.sign(request);
  return post(present(broadcastUrl), BROADCAST, headers);
}

describe("the platform on one machine", () => {
  /** What is seen of one life: it is started, used and stopped, and started again. */
  async function life() {
    const data = path.join(folder, "data");
    const first = await start({ data });
    const client = await connect(first);
    await client.ask("hello");
    await post(`${first.apiUrl}/api/v1/posts`, HELLO, await signedInAs("alice", first));
    const health: unknown = await (await fetch(`${first.gatewayUrl}/health`)).json();
    await first.stop();
    const { code } = await client.closed;
    const refused = await fetch(`${first.apiUrl}/health`).catch((error: Error) => error.message);
    const log = (group: string) => fs.readFileSync(path.join(data, "logs", `${group}.log`), "utf8");
    const logs = {
      shown,
      api: log("/aws/lambda/blogapp-development-api"),
      gateway: log("/aws/apigateway/blogapp-development-websocket-api"),
    };
    const second = await start({ data });
    const posts: unknown = await (await fetch(`${second.apiUrl}/api/v1/posts`)).json();
    return { health, code, refused, logs, posts, credentials: [first.credentials, second.credentials] };
  }
  let seen: Awaited<ReturnType<typeof life>>;
  beforeAll(async () => {
    begin();
    seen = await life().finally(end);
  });

  test("keeps data and keys from run to run", () => {
    expect(seen.posts).toMatchObject({ items: [{ title: "Hello" }] });
    expect(seen.credentials[1]).toEqual(seen.credentials[0]);
  });

  test("writes what functions and gateways log into the files of their log groups, and shows the former", () => {
    expect(seen.logs.api).toContain('"level":"INFO"');
    expect(seen.logs.shown).toMatch(/^api \| \{.*"level":"INFO"/m);
    const lines = seen.logs.gateway.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).eventType)).toEqual(["CONNECT", "MESSAGE", "DISCONNECT"]);
  });

  test("says what runs and how many are connected at the port of its gateways", () => {
    expect(seen.health).toMatchObject({
      status: "healthy",
      functions: { "blogapp-development-websocket-connect": 1 },
      tables: expect.arrayContaining(["blogapp-development-posts"]),
      connections: 1,
    });
  });

  test("closes its sockets with 1001 when it stops, and nothing listens any more", () => {
    expect({ code: seen.code, refused: seen.refused }).toEqual({ code: 1001, refused: "fetch failed" });
  });

  test("runs several times at once, each on its own", async () => {
    const [one, two] = await Promise.all(["one", "two"].map((data) => start({ data: path.join(folder, data) })));
    await post(`${present(one).apiUrl}/api/v1/posts`, HELLO, await signedInAs("alice", present(one)));
    expect(await (await fetch(`${present(two).apiUrl}/api/v1/posts`)).json()).toMatchObject({ items: [] });
    expect(present(one).credentials).not.toEqual(present(two).credentials);
  });
});

test("new code of a function runs with the next message, on sockets that stay open", async () => {
  // Of all that is built, one function is a copy.
  const dist = path.join(folder, "dist");
  fs.mkdirSync(path.join(dist, "functions"), { recursive: true });
  for (const part of ["api", "local", "page", ...functions.map((name) => `functions/${name}`)])
    if (part === "functions/websocket-default")
      fs.cpSync(path.join(DIST, part), path.join(dist, part), { recursive: true });
    else fs.symlinkSync(path.join(DIST, part), path.join(dist, part));
  const cloud = await start({ dist });
  const client = await connect(cloud);
  expect(await client.ask("1")).toBe("1");
  fs.writeFileSync(
    path.join(dist, "functions/websocket-default/index.cjs"),
    "exports.handler = async ({ body }) => ({ statusCode: 200, body: 'new ' + body })",
  );
  expect(await client.ask("2")).toBe("2");
  cloud.reload(["websocket-default"]);
  expect(await client.ask("3")).toBe("new 3");
  expect(client.messages).toHaveLength(3);
});

describe("what the definition says is enforced", () => {
  const withoutAction =
    (action: string) =>
    ({ resource }: Stack) => {
      for (const policy of Object.values(resource.aws_iam_role_policy ?? {}))
        policy.policy = String(policy.policy).replaceAll(action, "dynamodb:DescribeTable");
    };

  test("a function that may not write its table fails, as on AWS, and its log says why", async () => {
    const cloud = await startChanged(withoutAction("dynamodb:PutItem"));
    await expect(connect(cloud)).rejects.toThrow("Unexpected server response: 5");
    await cloud.stop();
    const log = fs.readFileSync(
      path.join(folder, "data/logs/aws/lambda/blogapp-development-websocket-connect.log"),
      "utf8",
    );
    expect(log).toContain("is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:");
    expect(log).toContain("AccessDenied");
  });

  test("functions may not send without the permission to: the comment is made, nobody is told, and the log says why", async () => {
    const cloud = await startChanged(withoutAction("execute-api:ManageConnections"));
    const client = await connect(cloud);
    const alice = await signedInAs("alice", cloud);
    const { id } = Object(await (await post(`${cloud.apiUrl}/api/v1/posts`, HELLO, alice)).json());
    const comment = await post(`${cloud.apiUrl}/api/v1/posts/${id}/comments`, { content: "Nice" }, alice);
    expect(comment.status).toBe(201);
    await until(() => shown.includes("announce failed on 1 records of blogapp-development-comments: SendingForbidden"));
    expect(client.messages).toEqual([]);
  });

  test("without the route response there is no echo", async () => {
    const cloud = await startChanged(({ resource }) => delete resource.aws_apigatewayv2_route_response);
    const client = await connect(cloud);
    client.socket.send("hello");
    await signedBroadcast(cloud);
    expect(JSON.parse(await client.message(0))).toMatchObject(BROADCAST);
  });
});

describe("one sentence says what is wrong, and nothing is left running, with", () => {
  const startAnyway = (options: Partial<LocalCloudOptions>) =>
    start(options).then(
      () => "started",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test("a port in use", async () => {
    const other = await listen(createServer());
    const taken = Number(new URL(other.url).port);
    expect(await startAnyway({ ports: { api: 0, gateway: taken, dynamodb: 0 } })).toBe(
      `StartError: Port ${taken} is in use by another program: stop that one, or set TERRACE_GATEWAY_PORT to another port.`,
    );
    await other.stop();
    await start(); // The data folder is free again.
  });

  test("a missing definition", async () => {
    const definition = path.join(folder, "gone.json");
    expect(await startAnyway({ definition })).toBe(
      `StartError: ${definition} is missing: run \`node build.mjs --synth\`.`,
    );
  });

  test("a missing build", async () => {
    expect(await startAnyway({ dist: folder })).toMatch(
      /^StartError: .*index\.[cm]js, the code of blogapp-development-\S+, is missing: run `node build\.mjs --synth`\.$/,
    );
  });

  test("data in use by another run", async () => {
    await start();
    expect(await startAnyway({})).toBe(
      `StartError: The data in ${folder}/data/dynamodb is in use by another run of the local cloud: stop that one first.`,
    );
  });

  test("a damaged data folder", async () => {
    await (await start()).stop();
    fs.writeFileSync(path.join(folder, "data/dynamodb/level/CURRENT"), "MANIFEST-999999\n");
    expect(await startAnyway({})).toMatch(
      /^StartError: The data in \S+ is damaged \(CURRENT (was changed|has .* bytes instead of .*)\): put a backup in its place, or move the folder away/,
    );
  });

  test("a resource that nobody taught it", async () => {
    await expect(
      startChanged(({ resource }) => {
        resource.aws_kinesis_stream = { jobs: {} };
      }),
    ).rejects.toThrow("aws_kinesis_stream.jobs: resources of type aws_kinesis_stream are not emulated.");
  });
});
