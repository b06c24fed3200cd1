/** The local cloud as a process of its own, so that whatever ends it ends it here too. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../local/sha256";
import { Client } from "../local/websocket-client";

const ROOT = path.resolve(__dirname, "../..");
const REGION = "ap-northeast-1";
/** Lines of the terminal that say that an exception reached the edge, or that a function broke. */
const BROKEN = /A (request|message) failed|answers 500|could not finish|Runtime\.|Unhandled|Uncaught/;

/** A request to be signed, with what the signature is to cover. */
export interface Signable {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly service: "dynamodb" | "kms" | "execute-api";
}

/** A time in which the event loop was held up: for how long, in milliseconds, and its end, in epoch milliseconds. */
export interface Block {
  readonly block: number;
  readonly at: number;
}

export interface FuzzedPlatform {
  readonly ports: { readonly api: number; readonly gateway: number; readonly dynamodb: number };
  /** The path of the WebSocket API's stage, such as `/development`. */
  readonly stage: string;
  /** The ID token of a user. */
  readonly token: string;
  /** The milliseconds for which the event loop was held up, each time that could be noticed. */
  readonly blocks: readonly Block[];
  /** Returns the headers of a request, signed with the developer's key. */
  sign(request: Signable): Promise<Readonly<Record<string, string>>>;
  /** Returns what is wrong: a port that no longer answers, or what the terminal said since the last time. */
  complaints(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts the local cloud on free ports and without throttles. */
export async function startPlatform(): Promise<FuzzedPlatform> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-fuzz-"));
  const child = spawn(
    process.execPath,
    ["--require", path.join(__dirname, "report-blocks.cjs"), "dist/local/main.cjs"],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        TERRACE_DATA: folder,
        TERRACE_API_PORT: "0",
        TERRACE_GATEWAY_PORT: "0",
        TERRACE_DYNAMODB_PORT: "0",
        TERRACE_THROTTLING: "off",
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  const ended = once(child, "close");
  let unread = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      unread += text;
    });
  while (!unread.includes("Ctrl-C stops.")) {
    const more = await Promise.race([once(child.stdout as NodeJS.ReadableStream, "data"), ended.then(() => undefined)]);
    if (!more) throw new Error(`The local cloud does not start:\n${unread}`);
  }
  const found = (pattern: RegExp) => pattern.exec(unread)?.[1] ?? "";
  const ports = {
    api: Number(found(/API +http:\/\/localhost:(\d+)/)),
    gateway: Number(found(/WebSocket +ws:\/\/localhost:(\d+)/)),
    dynamodb: Number(found(/DynamoDB +http:\/\/localhost:(\d+)/)),
  };
  const stage = found(/WebSocket +ws:\/\/localhost:\d+(\/\w+)/);
  const { developer: credentials } = JSON.parse(fs.readFileSync(path.join(folder, "credentials.json"), "utf8"));
  const signers = new Map(
    (["dynamodb", "kms", "execute-api"] as const).map((service) => [
      service,
      new SignatureV4({ credentials, region: REGION, service, sha256: Sha256, applyChecksum: false }),
    ]),
  );
  const blocks: Block[] = [];
  child.on("message", (message) => void blocks.push(message as Block));

  const sign: FuzzedPlatform["sign"] = async ({ service, ...request }) => {
    const signed = await signers.get(service)?.sign({ protocol: "http:", hostname: "localhost", ...request });
    return signed?.headers ?? {};
  };
  const tokens = await fetch(`http://localhost:${ports.gateway}/_local/tokens`, {
    method: "POST",
    headers: { accept: "text/plain" },
    body: '{"uid":"alice"}',
  });
  const platform: FuzzedPlatform = {
    ports,
    stage,
    token: await tokens.text(),
    blocks,
    sign,
    async complaints() {
      const lines = unread.split("\n").filter((line) => BROKEN.test(line));
      unread = "";
      return child.exitCode === null && child.signalCode === null
        ? [...lines, ...(await silentPorts({ ports, stage, sign }))]
        : [...lines, `the process ended with ${child.exitCode ?? child.signalCode}`];
    },
    async stop() {
      await end(child);
      fs.rmSync(folder, { recursive: true });
    },
  };
  // The first requests load code; that is not what the blocks are about.
  await platform.complaints();
  child.send("measure");
  return platform;
}

/** Asks each port something right. Returns the ports whose answer is not. */
async function silentPorts({
  ports,
  stage,
  sign,
}: Pick<FuzzedPlatform, "ports" | "stage" | "sign">): Promise<string[]> {
  const body = Buffer.from("{}");
  const host = `localhost:${ports.dynamodb}`;
  const headers = {
    host,
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.ListTables",
  };
  const signed = await sign({ method: "POST", path: "/", service: "dynamodb", headers, body });
  const checks: Record<string, () => Promise<boolean>> = {
    api: async () => (await fetch(`http://localhost:${ports.api}/health`)).ok,
    gateway: async () => (await fetch(`http://localhost:${ports.gateway}/health`)).ok,
    dynamodb: async () => (await fetch(`http://${host}`, { method: "POST", headers: signed, body })).ok,
    websocket: async () => {
      const client = await Client.connect(`ws://localhost:${ports.gateway}${stage}`);
      const echoed = (await client.ask("alive")) === "alive";
      client.socket.close();
      return echoed;
    },
  };
  const silent: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    const answers = await check().catch(() => false);
    if (!answers) silent.push(`${name} does not answer a right request`);
  }
  return silent;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "close");
  child.kill("SIGTERM");
  await ended;
}
