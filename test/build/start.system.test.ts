import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { Client } from "../local/websocket-client";
import { copyProject } from "../support/project-copy";

const project = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-start-"));
let child: ChildProcess | undefined;
beforeAll(() => copyProject(project));
afterEach(() => void child?.kill("SIGKILL"));
afterAll(() => fs.rmSync(project, { recursive: true, force: true }));

/** Runs a program in the copy of the project. It has `ended` when nobody who could write its output is left. */
function running(program: string, ...parameters: string[]) {
  const ports = { TERRACE_API_PORT: "0", TERRACE_GATEWAY_PORT: "0", TERRACE_DYNAMODB_PORT: "0" };
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...ports };
  const started = spawn(program, parameters, { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
  child = started;
  let output = "";
  for (const stream of [started.stdout, started.stderr])
    stream.setEncoding("utf8").on("data", (chunk) => {
      output += chunk;
    });
  const ended = once(started, "close");
  const prints = async (text: string) => {
    while (!output.includes(text)) {
      const left = await Promise.race([once(started.stdout, "data"), ended.then(() => undefined)]);
      if (!left) throw new Error(`It ended without printing "${text}":\n${output}`);
    }
    return output;
  };
  return { pid: Number(started.pid), prints, printed: () => output, ended };
}

/** The processes that a process started and that still run. */
const childrenOf = (pid: number) =>
  execFileSync("ps", ["-A", "-o", "ppid=,comm="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([parent]) => parent === String(pid))
    .map(([, command = ""]) => command);

const edit = (file: string, from: string | RegExp, to: string) => {
  const name = path.join(project, file);
  const text = fs.readFileSync(name, "utf8");
  expect(text.split(from).length).toBeGreaterThan(1);
  fs.writeFileSync(name, text.replace(from, to));
};

test("nothing of npm start outlives npm", async () => {
  const { pid, prints, ended } = running("npm", "start");
  await prints("Ctrl-C stops.");
  process.kill(pid, "SIGKILL");
  await ended;
});

test("npm start passes its arguments on", async () => {
  const { printed, ended } = running("npm", "start", "--", "--lenient");
  expect(await ended).toEqual([1, null]);
  expect(printed()).toContain('"--lenient" is no argument of npm start');
});

test("edits are live with sockets open, and nothing outlives the local cloud, not even a bundler at work", async () => {
  const { pid, prints, printed, ended } = running("node", "build/start.mjs");
  const welcome = await prints("Ctrl-C stops.");
  const client = await Client.connect(/npx wscat -c (\S+)/.exec(welcome)?.[1] ?? "");
  const [, health = ""] = /curl (http:\/\/localhost:\d+\/health)/.exec(welcome) ?? [];

  edit("api/routes/health.ts", "API is running", "API is edited");
  await prints("New code: api.");
  expect(await (await fetch(health)).json()).toMatchObject({ message: "API is edited" });
  edit("functions/websocket-default.ts", "200, body, is", '200, body: "edited " + body, is');
  await prints("New code: websocket-default.");
  expect(await client.ask("hello")).toBe("edited hello");

  const bundlerRuns = () => childrenOf(pid).some((command) => command.includes("esbuild"));
  // A build is short, and looking may miss it: then there is another edit, and another build.
  for (let round = 0, seen = false; !seen; round++) {
    const before = printed();
    edit("api/routes/health.ts", /API is edited\d*/, `API is edited${round}`);
    while (!seen && printed() === before) {
      await new Promise(setImmediate);
      seen = bundlerRuns();
    }
  }
  process.kill(pid, "SIGKILL");
  await ended;
});
