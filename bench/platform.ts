/** The local cloud in a copy of the project, on free ports, as `npm start` runs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import WebSocket from "ws";
import { copyProject } from "../test/support/project-copy";
import { treeOf } from "./process.mjs";

export interface Platform {
  /** The process that was started. */
  readonly first: number;
  /** The process of the local cloud. */
  readonly cloud: number;
  readonly apiUrl: string;
  readonly socketUrl: string;
  /** Seconds from the start to the first answer of the API and to the first WebSocket echo. */
  readonly answered: number;
  readonly echoed: number;
  stop(): Promise<void>;
}

/** Copies the project into a temporary folder. */
export function projectCopy(): string {
  const project = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-bench-"));
  copyProject(project);
  // Loads go far beyond what one connection may send in this environment.
  const environment = path.join(project, "environments/development.ts");
  const most = fs.readFileSync(environment, "utf8").replace(/messagesPerMinute: [\d_]+/, "messagesPerMinute: 600_000");
  fs.writeFileSync(environment, most);
  return project;
}

/** Opens a WebSocket. */
export async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  return socket;
}

/** Sends a message and waits for the next one to come. */
export async function ask(socket: WebSocket, message: string): Promise<string> {
  socket.send(message);
  const [answer] = await once(socket, "message");
  return String(answer);
}

/** What `npm start` runs, without npm. */
export const program = (project: string): string[] =>
  JSON.parse(fs.readFileSync(path.join(project, "package.json"), "utf8")).scripts.start.split(" ");

/** Starts the platform; resolves when the API has answered and a WebSocket has echoed. */
export async function startPlatform(
  project: string,
  [command = "", ...parameters]: readonly string[] = ["npm", "start"],
): Promise<Platform> {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const first = spawn(command, parameters, {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      TERRACE_API_PORT: "0",
      TERRACE_GATEWAY_PORT: "0",
      TERRACE_DYNAMODB_PORT: "0",
      // Loads go far beyond what a stage of this environment lets through.
      TERRACE_THROTTLING: "off",
    },
  });
  const { API = "", WebSocket: socketUrl = "" } = await addresses(first);
  const apiUrl = `${API.replace("localhost", "127.0.0.1")}/health`;
  const answered = fetch(apiUrl).then(async (response) => {
    await response.text();
    if (!response.ok) throw new Error(`${response.status} from ${apiUrl}`);
    return since();
  });
  const echoed = openSocket(socketUrl).then(async (socket) => {
    await ask(socket, "hello");
    socket.close();
    return since();
  });
  const tree = treeOf(Number(first.pid));
  return {
    first: Number(first.pid),
    cloud: Number(
      tree.findLast((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("build/start.mjs\0")),
    ),
    apiUrl,
    socketUrl,
    answered: await answered,
    echoed: await echoed,
    async stop() {
      first.kill("SIGTERM");
      await once(first.stdout, "close");
    },
  };
}

/** Reads the addresses that `npm start` prints, by their names. */
async function addresses(started: ChildProcess): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  if (!started.stdout) throw new Error("There is no output.");
  for await (const line of createInterface({ input: started.stdout })) {
    const [, name = "", url = ""] = /^ {2}(\w+) +(\S+:\/\/\S+)$/.exec(line) ?? [];
    if (name) found[name] = url;
    if (line.startsWith("Edits to")) break;
  }
  started.stdout.resume();
  return found;
}
