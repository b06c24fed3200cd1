import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Client } from "./websocket-client";

const ROOT = path.resolve(__dirname, "../..");
let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-main-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  fs.rmSync(folder, { recursive: true });
});

/** Runs the program of `npm start`, and reads what it prints. */
function running(variables: Record<string, string> = {}, ...parameters: string[]) {
  const ports = { TERRACE_API_PORT: "0", TERRACE_GATEWAY_PORT: "0", TERRACE_DYNAMODB_PORT: "0" };
  const env = { PATH: process.env.PATH, TERRACE_DATA: folder, ...ports, ...variables };
  const program = spawn(process.execPath, ["dist/local/main.cjs", ...parameters], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = program;
  let output = "";
  const prints = async (text: string) => {
    while (!output.includes(text)) await Promise.race([once(program.stdout, "data"), once(program, "exit")]);
    return output;
  };
  for (const stream of [program.stdout, program.stderr])
    stream.setEncoding("utf8").on("data", (chunk) => {
      output += chunk;
    });
  const ended = once(program, "close").then(([status]) => ({ status, output }));
  return { program, prints, ended };
}

test("says what is up, where, and how to try it, and ends with Ctrl-C", async () => {
  const { program, prints, ended } = running();
  const welcome = await prints("Ctrl-C stops.");
  expect(welcome).toMatch(
    /^Ready in \d+ ms: \d+ functions, \d+ tables\. Of the definition's resources \d+ are emulated and \d+ exist in the cloud only\.$/m,
  );
  const [, health = ""] = /curl (http:\/\/localhost:\d+\/health)/.exec(welcome) ?? [];
  expect((await fetch(health)).status).toBe(200);
  const [, socket = ""] = /npx wscat -c (\S+)/.exec(welcome) ?? [];
  const client = await Client.connect(socket);
  expect(welcome).toContain('curl --aws-sigv4 "aws:amz:ap-northeast-1:execute-api" --user "AKIA');
  program.kill("SIGINT");
  expect((await client.closed).code).toBe(1001);
  expect(await ended).toMatchObject({ status: 0 });
});

test.each([
  ["TERRACE_API_PORT", "http", 'is "http": it has to be a port, from 0 (a free one) to 65535.'],
  [
    "TERRACE_OPEN",
    "a.example, https://b.example",
    'has "https://b.example": it has to be host names with commas between them, without scheme and port.',
  ],
])("says in one sentence what is wrong with %s, without a stack, and fails", async (variable, value, sentence) => {
  const { ended } = running({ [variable]: value });
  expect(await ended).toEqual({ status: 1, output: `${variable} ${sentence}\n` });
});

test("refuses an argument that is not known, without a stack, and fails", async () => {
  const { ended } = running({}, "--strickt");
  expect(await ended).toEqual({
    status: 1,
    output: expect.stringMatching(
      /^"--strickt" is no argument of npm start -- \[arguments\]. There is:\n {2}--strict .*\n$/,
    ),
  });
});
