import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Command } from "commander";
import { addDataCommand } from "../../commands/data";
import { FILE } from "../local/definition/synthesized";
import { createTable, openDatabase } from "../local/dynamodb/database";
import { FakeClock } from "../local/fake-clock";

let root: string;
let printed: string[];
const clock = new FakeClock();
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-data-command-"));
  printed = [];
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** Runs `terrace data`, and returns what it printed. */
async function data(...words: string[]): Promise<string> {
  const program = new Command("terrace").exitOverride().configureOutput({ writeErr: (line) => printed.push(line) });
  addDataCommand(program, { root, clock, print: (line) => printed.push(line), definition: () => FILE });
  await program.parseAsync(["data", ...words], { from: "user" });
  return printed.splice(0).join("\n");
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
  await expect(data("reset")).rejects.toThrow(/^There are no tables in .*: nothing is to be reset\.$/);
});

test("names that are taken, unknown or no names are refused with the remedy", async () => {
  expect(await data("list")).toBe("There are no snapshots.");
  await expect(data("restore", "one")).rejects.toThrow(
    'There is no snapshot "one": take one first, with `npm run data',
  );
  await put("1");
  await data("snapshot", "one");
  await expect(data("snapshot", "one")).rejects.toThrow('There is a snapshot "one" already: choose another name.');
  await expect(data("restore", "two")).rejects.toThrow('There is no snapshot "two": there are one.');
  await expect(data("snapshot", "../one")).rejects.toThrow('"../one" cannot be the name of a snapshot: use 1 to 64');
  await expect(data("snapshot")).rejects.toThrow("missing required argument 'name'");
});
