import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { addDataCommand } from "../../commands/data";
import { EXIT } from "../../commands/errors/exit-codes";
import { FILE } from "../local/definition/synthesized";
import { createTable, openDatabase } from "../local/dynamodb/database";
import { FakeClock } from "../local/fake-clock";
import { FakeHost } from "../support/doubles/host";

let root: string;
const clock = new FakeClock();
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-data-command-"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const run = (...words: string[]) => {
  const host = new FakeHost();
  return host.run(
    (program) => addDataCommand(program, { root, clock, host, definition: () => FILE }),
    "data",
    ...words,
  );
};
/** Runs `terrace data`, which has to succeed, and returns what it printed. */
async function data(...words: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(...words);
  expect([exitCode, stderr.text]).toEqual([EXIT.done, ""]);
  return stdout.text.trim();
}
/** Runs `terrace data`, which has to fail, and returns why. */
async function failure(...words: string[]): Promise<string> {
  const { exitCode, stderr } = await run(...words);
  expect(exitCode).toBe(EXIT.failed);
  return stderr.text.trim();
}
/** Puts an item into the table of the data folder, which is made if there is none. */
async function put(id: string): Promise<void> {
  const database = await openDatabase(path.join(root, ".terrace/development/dynamodb"), clock);
  if (!database.engine.catalog.find("posts")) await createTable(database, "posts", ["id:S"]);
  await database.call("PutItem", { TableName: "posts", Item: { id: { S: id } } });
  await database.close();
}

test("a snapshot brings back the tables as they were, and keeps those that it replaces", async () => {
  await put("1");
  expect(await data("snapshot", "one")).toBe("Snapshot one has 1 tables with 1 items.");
  await put("2");
  expect(await data("restore", "one")).toBe(
    "Restored one: 1 tables with 1 items. The tables before are kept in .terrace/development/dynamodb.kept-2026-03-04T05-06-07-089Z.",
  );
  expect(await data("snapshot", "again")).toBe("Snapshot again has 1 tables with 1 items.");
  expect(await data("list")).toMatch(
    /^again {2}\S+Z {2}\d+ bytes\none {2}.*\n\.terrace\/development\/dynamodb\.kept-2026/,
  );
});

test("an export of one folder can be imported into another", async () => {
  await put("1");
  const file = path.join(root, "bug.jsonl.gz");
  expect(await data("export", file)).toBe(`Exported 1 tables with 1 items into ${file}.`);
  expect(await data("--data", "other", "import", file)).toBe("Imported 1 tables with 1 items.");
  expect(fs.existsSync(path.join(root, "other/dynamodb"))).toBe(true);
});

test("a reset takes the tables away and keeps them; twice at the same time keeps both", async () => {
  for (const ending of ["", "-2"]) {
    await put("1");
    expect(await data("reset")).toBe(
      `The next start begins with empty tables. The tables before are kept in .terrace/development/dynamodb.kept-2026-03-04T05-06-07-089Z${ending}.`,
    );
  }
  expect(await failure("reset")).toMatch(/^Error: data folder: ".*" has no tables: nothing is to be reset; /);
});

test("names that are taken, unknown or no names are refused with the remedy", async () => {
  expect(await data("list")).toBe("There are no snapshots.");
  expect(await failure("restore", "one")).toContain('There is no snapshot "one": take one first, with `npm run data');
  await put("1");
  await data("snapshot", "one");
  expect(await failure("snapshot", "one")).toContain('snapshot: "one" is there already; choose another name');
  expect(await failure("restore", "two")).toContain('There is no snapshot "two": there are one.');
  expect(await failure("snapshot", "../one")).toContain('"../one" cannot be the name of a snapshot: use 1 to 64');
  await expect(run("snapshot")).rejects.toThrow("missing required argument 'name'");
});
