/** What every command has in common, tried on every command that there is. */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { EXIT } from "../../commands/errors/exit-codes";
import { runTerrace, terrace } from "../../commands/program";
import { systemClock } from "../../local/shared/clock";
import { type Called, commandsOf } from "../support/commands-of";
import { makeClone, type TestClone } from "../support/doubles/clones/clone";
import { FakeHost } from "../support/doubles/host";
import { type FakeAws, startFakeAws } from "../support/doubles/servers/aws";

const SECRET = "s3cr3t-0f-the-tests";
const all = commandsOf(terrace());

let aws: FakeAws;
let clone: TestClone;
beforeAll(async () => {
  aws = await startFakeAws("999999999999");
  clone = makeClone(aws);
});
afterAll(async () => {
  clone.remove();
  await aws.close();
});

/** Begins a command line, in a process with a secret and without a terminal. */
function begin(...words: readonly string[]) {
  const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: "123456789012", GITHUB_TOKEN: SECRET } });
  const end = runTerrace(words, { host, clone, clock: systemClock, leftovers: async () => [] });
  return { host, end };
}
async function run(...words: readonly string[]): Promise<FakeHost> {
  const { host, end } = begin(...words);
  await end;
  return host;
}
/** Returns the words of a call, with a name where an environment is asked for. */
function call({ words, command }: Called, name: string): string[] {
  const given = command.registeredArguments.map((argument) =>
    ["environment", "targets"].includes(argument.name()) ? name : argument.required ? "something" : undefined,
  );
  return [...words.split(" "), ...given.filter((word) => word !== undefined)];
}
const isNamed = ({ command }: Called) =>
  command.registeredArguments.some((argument) => ["environment", "targets"].includes(argument.name()));
const exitCodesIn = (help: string) =>
  [...help.matchAll(/^ {2}(\d+) {2,}(.*)$/gm)].map(([, code, meaning]) => ({ code: Number(code), meaning }));
const everyone = all.map((called) => [called.words, called] as const);

describe.each(everyone)("terrace %s", (words, called) => {
  test("says for --help what it does and how it ends, on standard output and without colours", async () => {
    const { exitCode, stdout, stderr } = await run(...words.split(" "), "--help");
    expect([exitCode, stderr.text]).toEqual([EXIT.done, ""]);
    expect(stdout.text).toMatch(new RegExp(`^Usage: terrace ${words} `));
    expect(called.command.description()).toMatch(/^[A-Z].*[^.]$/);
    const codes = exitCodesIn(stdout.text).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining([EXIT.done, EXIT.failed, EXIT.interrupted]));
    expect(codes.filter((code) => !Object.values(EXIT).some((known) => known === code))).toEqual([]);
    expect(stdout.text).not.toContain("\u001b");
  });

  test("fails if it is called wrongly, with a document for --json, and repeats no secret", async () => {
    const { exitCode, stdout, stderr } = await run(...call(called, "staging"), `--no-such-${SECRET}`, "--json");
    expect(exitCode).toBe(EXIT.failed);
    expect(stderr.text).toContain("unknown option '--no-such-***'");
    expect(JSON.parse(stdout.text)).toEqual({ error: { message: "unknown option '--no-such-***'" } });
    expect(stderr.text).not.toContain("\u001b");
  });
});

describe.each(everyone.filter(([, called]) => isNamed(called)))("terrace %s <environment>", (_, called) => {
  test("names the environments there are where it does not know one, as a document too", async () => {
    const { exitCode, stdout, stderr } = await run(...call(called, "stagin"), "--json");
    expect(exitCode).toBe(EXIT.failed);
    expect(stderr.text).toBe(
      'Error: environment: "stagin" is not one of "development", "staging", "production"; write "staging"\n',
    );
    expect(JSON.parse(stdout.text).error).toMatchObject({ subject: "environment", value: "stagin" });
  });

  test("repeats no secret that was typed for a name", async () => {
    const { stdout, stderr } = await run(...call(called, SECRET), "--json");
    expect(`${stdout.text}${stderr.text}`).not.toContain(SECRET);
    expect(JSON.parse(stdout.text).error).toBeDefined();
  });
});

/** The commands that work in an environment's account, as they are called. */
const calls: readonly (readonly string[])[] = [
  ["bootstrap", "staging"],
  ["ci", "apply", "staging", "kept", "--yes"],
  ["ci", "drift", "staging"],
  ["deploy", "staging", "--yes"],
  ["destroy", "staging", "--yes"],
  ["diff", "staging"],
  ["health", "staging"],
  ["image", "push", "staging", "--yes"],
  ["image", "show", "staging"],
  ["logs", "staging"],
  ["outputs", "staging"],
  ["preview", "17", "--yes"],
  ["releases", "staging"],
  ["restore", "staging", "export.jsonl.gz", "--yes"],
  ["review", "staging", "--keep", "kept"],
  ["rollback", "staging", "--yes"],
];

const wordsOf = (words: readonly string[]) =>
  words.slice(0, words[0] === "ci" || words[0] === "image" ? 2 : 1).join(" ");

describe.each(calls.map((words) => [wordsOf(words), words] as const))("terrace %s", (_, words) => {
  test("refuses the credentials of another account, names both, and changes nothing", async () => {
    aws.requests.length = 0;
    const { exitCode, stdout, stderr } = await run(...words, "--json");
    expect(exitCode).toBe(EXIT.refused);
    expect(stderr.text).toMatch(/^Error: AWS account: "999999999999" is where .* is in 123456789012; set AWS_PROFILE/);
    expect(JSON.parse(stdout.text).error.subject).toBe("AWS account");
    expect(aws.requests).toEqual(["POST "]);
  });

  test("ends with 130 at Ctrl-C, and takes one only", async () => {
    const silent = http.createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { host, end } = begin(...words, "--json");
    await once(silent, "request");
    host.emit("SIGINT");
    host.emit("SIGINT");
    await end;
    expect(host.exitCode).toBe(EXIT.interrupted);
    expect(JSON.parse(host.stdout.text).error.mistake).toBe("was interrupted");
    expect(host.stderr.text).toContain("Warning: It is stopping already");
    process.env.AWS_ENDPOINT_URL = aws.url;
    silent.closeAllConnections();
    silent.close();
  });
});

test("who says that it refuses is tried with another account's credentials above", async () => {
  const refusing: string[] = [];
  for (const { words } of all)
    if (exitCodesIn((await run(...words.split(" "), "--help")).stdout.text).some(({ code }) => code === EXIT.refused))
      refusing.push(words);
  expect(refusing.sort()).toEqual(calls.map(wordsOf).sort());
});

test("docs/commands.md says of each command whether it asks, and how it can end besides 0, 1 and 130", async () => {
  const rows: string[] = [];
  for (const { words, command } of all) {
    const { stdout } = await run(...words.split(" "), "--help");
    const asks = command.options.some(({ long }) => long === "--yes") ? "yes" : "";
    const codes = exitCodesIn(stdout.text).filter(({ code }) => ![0, 1, 130].includes(code));
    const ends = codes.map(({ code, meaning }) => (code === EXIT.attention ? `2: ${meaning}` : String(code)));
    rows.push(`| \`${words}\` | ${asks} | ${ends.join("; ")} |`);
  }
  const docs = fs.readFileSync(path.join(__dirname, "../../docs/commands.md"), "utf8");
  expect(docs.split("\n").filter((line) => line.startsWith("| `"))).toEqual(rows.sort());
});
