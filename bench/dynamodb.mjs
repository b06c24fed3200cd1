// node bench/dynamodb.mjs [PEER...]: what a request to the local DynamoDB costs, in microseconds of CPU of the local
// cloud (user and system, every thread), from the kernel's own account; and what starting costs.
//
// Each PEER is the root of another checkout, built with `node build.mjs --synth`; all are measured in turn, round by
// round, so that a busy machine counts for each alike. The engine before this one stood on dynalite 4.0.0:
//   git worktree add /tmp/before 846a08f && cd /tmp/before && npm ci && node build.mjs --synth
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";
import { cpuMilliseconds, median, treeMegabytes } from "./process.mjs";

const roots = [path.resolve(path.dirname(fileURLToPath(import.meta.url)), ".."), ...process.argv.slice(2)];
const rounds = Number(process.env.ROUNDS ?? 5);
const CALLS = 3000;
const AT_ONCE = 8;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-bench-"));

const item = (/** @type {number} */ n) => ({
  id: { S: `id-${n}` },
  feed: { S: `feed-${n % 20}` },
  created_at: { S: String(n).padStart(8, "0") },
  title: { S: "A title of an ordinary length" },
  text: { S: "x".repeat(300) },
  views: { N: String(n) },
});
const TableName = "bench";
/** @type {Record<string, (n: number) => [operation: string, input: object]>} */
const requests = {
  PutItem: (n) => ["PutItem", { TableName, Item: item(n) }],
  GetItem: (n) => ["GetItem", { TableName, Key: { id: { S: `id-${(n * 7) % CALLS}` } } }],
  UpdateItem: (n) => [
    "UpdateItem",
    {
      TableName,
      Key: { id: { S: `id-${n}` } },
      UpdateExpression: "SET title = :t ADD #v :one",
      ConditionExpression: "attribute_exists(id)",
      ExpressionAttributeNames: { "#v": "views" },
      ExpressionAttributeValues: { ":t": { S: "Another title" }, ":one": { N: "1" } },
    },
  ],
  "Query, 20 of an index": (n) => [
    "Query",
    {
      TableName,
      IndexName: "by_creation",
      KeyConditionExpression: "feed = :f",
      ExpressionAttributeValues: { ":f": { S: `feed-${n % 20}` } },
      ScanIndexForward: false,
      Limit: 20,
    },
  ],
  "TransactWriteItems, 2 puts": (n) => [
    "TransactWriteItems",
    { TransactItems: [n, n + CALLS].map((id) => ({ Put: { TableName, Item: item(id) } })) },
  ],
};

const REGION = "ap-northeast-1";
const { sha256 } = new DynamoDBClient({ region: REGION }).config;

/** Signs with the developer's key of a data folder. @param {string} data */
function signerOf(data) {
  const { developer } = JSON.parse(fs.readFileSync(path.join(data, "credentials.json"), "utf8"));
  return new SignatureV4({ service: "dynamodb", region: REGION, sha256, credentials: developer });
}

/**
 * @param {{ port: number, agent: http.Agent, signer: SignatureV4 }} server
 * @param {string} operation @param {object} input @returns {Promise<string>}
 */
async function call({ port, agent, signer }, operation, input) {
  const body = JSON.stringify(input);
  const { headers } = await signer.sign({
    method: "POST",
    protocol: "http:",
    hostname: "localhost",
    path: "/",
    headers: {
      host: `localhost:${port}`,
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "content-type": "application/x-amz-json-1.0",
      "content-length": String(Buffer.byteLength(body)),
    },
    body,
  });
  return new Promise((resolve, reject) => {
    const request = http.request({ port, agent, method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${operation}: ${text}`)),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** @param {string} root */
async function measure(root) {
  const data = fs.mkdtempSync(path.join(folder, "data-"));
  const started = performance.now();
  const child = spawn(process.execPath, [path.join(root, "dist/local/main.cjs")], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      TERRACE_API_PORT: "0",
      TERRACE_GATEWAY_PORT: "0",
      TERRACE_DYNAMODB_PORT: "0",
      TERRACE_DATA: data,
    },
  });
  const pid = child.pid ?? 0;
  let output = "";
  await new Promise((ready) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (output.includes("Ready in")) ready(undefined);
    });
  });
  /** @type {Record<string, number>} */
  const found = { "start, ms": performance.now() - started, "start, CPU ms": cpuMilliseconds(pid) };
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const port = Number(/DynamoDB +http:\/\/localhost:(\d+)/.exec(output)?.[1]);
  const server = { port, agent, signer: signerOf(data) };
  await call(server, "CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: ["id", "feed", "created_at"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    GlobalSecondaryIndexes: [
      {
        IndexName: "by_creation",
        KeySchema: [
          { AttributeName: "feed", KeyType: "HASH" },
          { AttributeName: "created_at", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
  while (!(await call(server, "DescribeTable", { TableName })).includes('"TableStatus":"ACTIVE"'));
  for (const [name, request] of Object.entries(requests)) {
    const before = cpuMilliseconds(pid);
    let next = 0;
    const worker = async () => {
      while (next < CALLS) await call(server, ...request(next++));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    found[`${name}, CPU µs`] = ((cpuMilliseconds(pid) - before) / CALLS) * 1e3;
  }
  found["memory afterwards, MB"] = treeMegabytes(pid).rss;
  agent.destroy();
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  return found;
}

/** @type {Map<string, Record<string, number>[]>} */
const results = new Map(roots.map((root) => [root, []]));
for (let round = 0; round < rounds; round++) for (const root of roots) results.get(root)?.push(await measure(root));
fs.rmSync(folder, { recursive: true });

console.log(`Medians of ${rounds}: ${roots.join(" | ")}`);
for (const name of Object.keys(results.values().next().value?.[0] ?? {})) {
  const figures = roots.map((root) => median((results.get(root) ?? []).map((found) => found[name] ?? 0)).toFixed(0));
  console.log(`${name.padEnd(40)} ${figures.map((figure) => figure.padStart(8)).join(" ")}`);
}
