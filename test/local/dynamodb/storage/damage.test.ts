import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { StartError } from "../../../../local/shared/errors";
import { at, createTable, openDatabase } from "../database";

let folder: string;
/** Two folders with data: one that was closed, and one as a killed run leaves it. */
const templates = { "was closed": "closed", "belonged to a run that was killed": "killed" } as const;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-damage-"));
  const closed = path.join(folder, "closed");
  const database = await openDatabase(closed);
  await createTable(database, "posts", ["id:S"]);
  const text = { S: "x".repeat(1000) };
  for (let id = 0; id < 20; id++)
    await database.call("PutItem", { TableName: "posts", Item: { id: { S: String(id) }, text } });
  await database.close();
  // What is read at a start goes into a table file; so there are files of all kinds.
  const again = await openDatabase(closed);
  for (let id = 0; id < 20; id++)
    await again.call("PutItem", { TableName: "posts", Item: { id: { S: `new ${id}` }, text } });
  again.clock.advance(5000);
  fs.cpSync(closed, path.join(folder, "killed"), { recursive: true });
  await again.close();
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Every file with its content; of what is no file, that it is none. */
function contents(of: string): Record<string, string> {
  const entries = fs.readdirSync(of, { recursive: true, withFileTypes: true });
  const files = entries.filter(({ name }) => !/^(?:LOCK|LOG|LOG\.old)$/.test(name));
  return Object.fromEntries(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(of, file), entry.isFile() ? fs.readFileSync(file, "latin1") : "no file"];
    }),
  );
}

const damages: Record<string, (file: string) => void> = {
  shortened: (file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2)),
  emptied: (file) => fs.truncateSync(file),
  "changed in one bit": (file) => {
    const bytes = fs.readFileSync(file);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
  },
  removed: (file) => fs.rmSync(file),
  "replaced by a folder": (file) => {
    fs.rmSync(file);
    fs.mkdirSync(file);
  },
};

let copies = 0;
function copyOf(template: string): string {
  const copy = path.join(folder, `copy-${++copies}`);
  fs.cpSync(path.join(folder, template), copy, { recursive: true });
  return copy;
}

describe.each(Object.entries(templates))("a folder that %s", (_, template) => {
  test("is opened with everything in it", async () => {
    const database = await openDatabase(copyOf(template));
    expect(at(await database.call("Scan", { TableName: "posts" }), "Count")).toBe(40);
    await database.close();
  });

  test.each(Object.keys(damages))(
    "is refused as it is, in one sentence that says what to do, if any of its files is %s",
    async (damage) => {
      const names = Object.keys(contents(path.join(folder, template))).filter((name) => name !== "level");
      expect(names.map((name) => name.replace(/\d+/, "N")).sort()).toEqual(
        expect.arrayContaining(["level/CURRENT", "level/MANIFEST-N", "level/N.ldb", "level/N.log", "state.json"]),
      );
      for (const name of names) {
        const copy = copyOf(template);
        const file = path.join(copy, name);
        if (fs.statSync(file).size === 0 && damage !== "removed" && damage !== "replaced by a folder") continue;
        damages[damage]?.(file);
        const before = contents(copy);
        const refusal = await openDatabase(copy).then(
          () => new Error(`It was opened with ${name} ${damage}.`),
          (error: unknown) => error,
        );
        expect(refusal).toBeInstanceOf(StartError);
        // A table that a killed run needs is missed by LevelDB itself.
        expect(String(refusal)).toMatch(
          /^StartError: The data in .* (?:is damaged \(.*\)|cannot be read \(.*missing files.*\)): put a backup in its place, or move/,
        );
        expect(contents(copy)).toEqual(before);
      }
    },
  );
});

test("a table that was still being written when the files were noted down is no damage", async () => {
  const copy = copyOf("closed");
  const database = await openDatabase(copy);
  const table = path.join(copy, "level/999999.ldb");
  fs.writeFileSync(table, "");
  await database.call("PutItem", { TableName: "posts", Item: { id: { S: "one more" } } });
  database.clock.advance(5000);
  fs.writeFileSync(table, "the rest");
  await database.close();
  const again = await openDatabase(copy);
  expect(at(await again.call("Scan", { TableName: "posts" }), "Count")).toBe(41);
  await again.close();
});

describe("a folder that is not ours to use", () => {
  test("since it holds the data of the engine before this one, is refused and kept", async () => {
    const old = path.join(folder, "old");
    fs.mkdirSync(old);
    fs.writeFileSync(path.join(old, "CURRENT"), "MANIFEST-000002\n");
    await expect(openDatabase(old)).rejects.toThrow(
      /was written by an earlier version of the local cloud.*move that folder away to start with empty tables/,
    );
    expect(fs.readdirSync(old)).toEqual(["CURRENT"]);
  });

  test("since a later version wrote it, is refused", async () => {
    const later = copyOf("closed");
    const file = path.join(later, "state.json");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"layout":1', '"layout":2'));
    await expect(openDatabase(later)).rejects.toThrow(/written by another version of the local cloud \(layout 2/);
  });

  test("since another run has it, is refused until that ends", async () => {
    const shared = copyOf("closed");
    const first = await openDatabase(shared);
    await expect(openDatabase(shared)).rejects.toThrow("is in use by another run of the local cloud");
    await first.close();
    await (await openDatabase(shared)).close();
  });

  test("since it is a file, is refused", async () => {
    const file = path.join(folder, "file");
    fs.writeFileSync(file, "");
    await expect(openDatabase(file)).rejects.toThrow(
      /cannot be written \(EEXIST.*make it a folder that you may write to/,
    );
  });

  test("since it can only be read, is refused", async () => {
    const denied = Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
    const write = jest.spyOn(fs, "writeFileSync").mockImplementation(() => {
      throw denied;
    });
    await expect(openDatabase(copyOf("closed"))).rejects.toThrow(/cannot be written \(EROFS/);
    write.mockRestore();
  });
});

test("a first start that was killed before it ended can be made again", async () => {
  const fresh = path.join(folder, "fresh");
  fs.mkdirSync(fresh);
  fs.writeFileSync(path.join(fresh, "state.json"), '{"layout":1,"state":"new","files":{}}');
  await (await openDatabase(fresh)).close();
});
