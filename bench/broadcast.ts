/** CPU per message that is sent to a connection: ours, beside the SDK's client and beside what no sender can do without. */
import { fork, spawn } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { Pool } from "undici";
import { gatewaySender } from "../domain/delivery/sender.gateway";
import { createLog } from "../runtime/log";
import { postToConnection } from "../runtime/post-to-connection";
import { median } from "./process.mjs";
import { row } from "./report.mjs";

const WINDOW = 64;
const CHUNK = 50;
const rounds = Number(process.env.ROUNDS ?? 5);
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const data = Buffer.from(JSON.stringify({ id: "m1", type: "comment.created", data: { content: "x".repeat(150) } }));
const never = new AbortController().signal;

type Send = (connectionId: string) => Promise<unknown>;

/** The sends of the functions, a fixed number under way at any time. */
function ours(endpoint: string): Send {
  const log = createLog("bench", { APP_ENVIRONMENT: "bench", LOG_LEVEL: "INFO" });
  const sender = gatewaySender(postToConnection(endpoint), log);
  return (connectionId) => sender.send(connectionId, data, never);
}

/** The SDK's client as its documentation shows it. */
function client(endpoint: string): Send {
  const client = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
  return (connectionId) => client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
}

/** Signed posts over connections that are kept open: no deadline, no signal, no outcome, and a date that never changes. */
function signedPosts(endpoint: string): Send {
  const { origin, host, pathname } = new URL(endpoint);
  const pool = new Pool(origin, { connections: WINDOW, pipelining: 1 });
  const [date, scope] = ["20260101T000000Z", "20260101/eu-west-1/execute-api/aws4_request"];
  const key = createHash("sha256").update("any key").digest();
  const hash = createHash("sha256").update(data).digest("hex");
  const between = `\n\nhost:${host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${hash}`;
  return async (connectionId) => {
    const path = `${pathname}/@connections/${encodeURIComponent(connectionId)}`;
    const canonical = `POST\n${path.replaceAll("%", "%25").replace("@", "%40")}${between}`;
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
    const signature = createHmac("sha256", key).update(toSign).digest("hex");
    const authorization = `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
    const answer = await pool.request({
      path,
      method: "POST",
      headers: { "x-amz-date": date, authorization },
      body: data,
    });
    await answer.body.dump();
  };
}

async function inWindow(send: Send, count: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await send(`L0SM9cOFvHcCI${next++}=`);
  };
  await Promise.all(Array.from({ length: WINDOW }, worker));
}

async function inChunks(send: Send, count: number): Promise<void> {
  for (let start = 0; start < count; start += CHUNK)
    await Promise.all(Array.from({ length: CHUNK }, (_, n) => send(`L0SM9cOFvHcCI${start + n}=`)));
}

const kinds = {
  ours: { make: ours, drive: inWindow, count: 20_000 },
  client: { make: client, drive: inChunks, count: 5_000 },
  signedPosts: { make: signedPosts, drive: inWindow, count: 20_000 },
} as const;
type Kind = keyof typeof kinds;
const isKind = (name: string | undefined): name is Kind => name !== undefined && Object.hasOwn(kinds, name);

/** Measures one kind in this process and tells the parent the microseconds of CPU for each message. */
async function measure(kind: Kind, endpoint: string): Promise<void> {
  Object.assign(process.env, { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  const { make, drive, count } = kinds[kind];
  const send = make(endpoint);
  await drive(send, count / 4);
  const before = process.cpuUsage();
  await drive(send, count);
  const { user, system } = process.cpuUsage(before);
  process.send?.((user + system) / count);
}

async function cpuOf(kind: Kind, endpoint: string): Promise<number> {
  // A process of its own: what one kind has made of the engine must not meet another.
  const child = fork(__filename, [kind, endpoint], { execArgv: ["--no-warnings"] });
  const [microseconds] = await once(child, "message");
  child.kill();
  return Number(microseconds);
}

async function compare(): Promise<void> {
  const gateway = spawn(process.execPath, ["bench/bare-gateway.mjs"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [port] = await once(gateway.stdout, "data");
    const endpoint = `http://127.0.0.1:${String(port).trim()}/development`;
    const costs: Record<Kind, number>[] = [];
    // In turn, so that a change of the machine's speed meets all of them.
    for (let round = 0; round < rounds; round++)
      costs.push({
        client: await cpuOf("client", endpoint),
        ours: await cpuOf("ours", endpoint),
        signedPosts: await cpuOf("signedPosts", endpoint),
      });
    const of = (kind: Kind) => median(costs.map((cost) => cost[kind])).toFixed(1);
    console.log(`\nCPU per message to a connection, medians of ${rounds} (ROUNDS); node bench/run.mjs broadcast`);
    console.log(`  ours, ${WINDOW} under way: ${of("ours")} us`);
    console.log(`  SDK's client, chunks of ${CHUNK}: ${of("client")} us`);
    console.log(`  signed posts and nothing else, ${WINDOW} under way: ${of("signedPosts")} us`);
    row("beside the SDK's client", median(costs.map(({ ours, client }) => ours / client)), 0.2, "x");
    row("beside signed posts", median(costs.map(({ ours, signedPosts }) => ours / signedPosts)), 1 / 0.6, "x");
  } finally {
    gateway.kill();
  }
}

const [, , kind, endpoint = ""] = process.argv;
(isKind(kind) ? measure(kind, endpoint) : compare()).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
