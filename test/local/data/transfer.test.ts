import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { finishReplacement, keptFolders } from "../../../local/data/folders";
import { exportTables, importTables } from "../../../local/data/transfer";
import { StartError } from "../../../local/shared/errors";
import type { JsonObject } from "../../../local/shared/json";
import { wellFormedText } from "../../support/arbitrary-text";
import { at, createTable, type Database, openDatabase } from "../dynamodb/database";
import { FakeClock } from "../fake-clock";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-data-"));
/** A data folder with some posts, and the file that it was exported to; each test has copies of its own. */
const prepared = { data: path.join(root, "data"), file: path.join(root, "export.gz") };

let folder: string;
let clock: FakeClock;
let data: string;
let file: string;
beforeAll(async () => {
  clock = new FakeClock();
  await using(prepared.data, somePosts);
  await exportTables(prepared.data, prepared.file, clock);
});
afterAll(() => fs.rmSync(root, { recursive: true }));
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(root, "test-"));
  clock = new FakeClock();
  [data, file] = [path.join(folder, "data"), path.join(folder, "export.gz")];
});
afterEach(() => void jest.restoreAllMocks());

/** Fills the data folder with the posts that are prepared. */
const withPosts = () => fs.cpSync(prepared.data, data, { recursive: true });
/** And has them exported. */
function withExport() {
  withPosts();
  fs.copyFileSync(prepared.file, file);
}

/** Does something with the tables of a data folder, and closes them. */
async function using<T>(where: string, use: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(path.join(where, "dynamodb"), clock);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
const put = ({ call }: Database, TableName: string, Item: JsonObject) => call("PutItem", { TableName, Item });
const itemsOf = (where: string, TableName: string) =>
  using(where, async ({ call }) => at(await call("Scan", { TableName }), "Items"));
const POST = { id: { S: "1" }, author: { S: "alice" } };
/** A table with an index, a stream, tags and a time to live, and an item. */
const somePosts = (database: Database) =>
  createTable(
    database,
    "posts",
    ["id:S"],
    { byAuthor: ["author:S", "id:S"] },
    {
      StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      Tags: [{ Key: "team", Value: "blog" }],
    },
  ).then(() => put(database, "posts", POST));
/** Every file below a folder with its content. */
const contents = (where: string) =>
  fs
    .readdirSync(where, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const entry = path.join(where, name);
      return [name, fs.statSync(entry).isFile() ? fs.readFileSync(entry, "base64") : "folder"];
    });

const text = wellFormedText({ maxLength: 8 });
const decimal = fc
  .tuple(fc.integer(), fc.integer({ min: -20, max: 20 }))
  .map(([digits, power]) => `${digits}e${power}`);
const scalar: fc.Arbitrary<JsonObject> = fc.oneof(
  text.map((S) => ({ S })),
  decimal.map((N) => ({ N })),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => ({ B: Buffer.from(bytes).toString("base64") })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
  fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
  fc.uniqueArray(fc.integer().map(String), { minLength: 1, maxLength: 3 }).map((NS) => ({ NS })),
);
const { value } = fc.letrec<{ value: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(text, tie("value"), { maxKeys: 3 }).map((M) => ({ M })),
  ),
}));
const attributes = fc.dictionary(
  text.filter((name) => name !== "" && !["id", "at"].includes(name)),
  value,
  { maxKeys: 4 },
);
const keys = fc.tuple(
  text.filter((id) => id !== ""),
  decimal,
);
const items = fc.array(
  fc.tuple(keys, attributes).map(([[id, time], others]) => ({ ...others, id: { S: id }, at: { N: time } })),
  { maxLength: 20 },
);

test("whatever tables hold, an import has it again, and exports as the same bytes", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(items, async (stored) => {
      const [from, to] = [1, 2].map((which) => path.join(folder, `${run}-${which}`)) as [string, string];
      const [first, second] = [`${file}-${run}`, `${file}-${run++}-again`];
      await using(from, async (database) => {
        await createTable(database, "events", ["id:S", "at:N"], { byTime: ["at:N"] });
        await createTable(database, "empty", ["key:B"]);
        for (const item of stored) await put(database, "events", item);
      });
      expect((await exportTables(from, first, clock)).tables).toBe(2);
      await importTables(to, first, clock);
      await exportTables(to, second, clock);
      expect(fs.readFileSync(second)).toEqual(fs.readFileSync(first));
      const scanned = (where: string) =>
        using(where, ({ call }) => {
          const TableName = "events";
          return Promise.all([call("Scan", { TableName }), call("Scan", { TableName, IndexName: "byTime" })]);
        });
      expect(await scanned(to)).toEqual(await scanned(from));
    }),
    { numRuns: 4 },
  );
});

test("a table has its keys, indexes, tags and time to live again; its stream begins anew and empty", async () => {
  const described = (where: string) =>
    using(where, async ({ call }) => {
      const { Table } = await call("DescribeTable", { TableName: "posts" });
      const { TableId: _id, LatestStreamLabel: _label, LatestStreamArn, ...same } = Object(Table);
      const { StreamDescription } = await call("DescribeStream", { StreamArn: LatestStreamArn });
      const ShardId = at(StreamDescription, "Shards", 0, "ShardId") ?? "";
      const at0 = { StreamArn: LatestStreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
      const { ShardIterator = "" } = await call("GetShardIterator", at0);
      const { Records } = await call("GetRecords", { ShardIterator });
      const tags = await call("ListTagsOfResource", { ResourceArn: same.TableArn });
      return {
        same,
        tags,
        ttl: await call("DescribeTimeToLive", { TableName: "posts" }),
        records: Object(Records).length,
      };
    });
  await using(data, async (database) => {
    await somePosts(database);
    const TimeToLiveSpecification = { Enabled: true, AttributeName: "ttl" };
    await database.call("UpdateTimeToLive", { TableName: "posts", TimeToLiveSpecification });
  });
  const { records, ...before } = await described(data);
  expect(records).toBe(1);
  await exportTables(data, file, clock);
  await importTables(data, file, clock);
  expect(await described(data)).toEqual({ ...before, records: 0 });
});

test("provisioned tables, local indexes and items that an index cannot take are kept as they are", async () => {
  const throughput = { ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 } };
  const describe = (database: Database) =>
    database.call("DescribeTable", { TableName: "old" }).then(({ Table }) => ({ ...Object(Table), TableId: "" }));
  await using(data, async (database) => {
    await createTable(
      database,
      "old",
      ["id:S", "at:N"],
      {},
      {
        ...{
          BillingMode: "PROVISIONED",
          ...throughput,
          DeletionProtectionEnabled: true,
          TableClass: "STANDARD_INFREQUENT_ACCESS",
        },
        AttributeDefinitions: ["id:S", "at:N", "kind:S"].map((part) => ({
          AttributeName: part.slice(0, -2),
          AttributeType: part.slice(-1),
        })),
        LocalSecondaryIndexes: [
          {
            IndexName: "byKind",
            KeySchema: [
              { AttributeName: "id", KeyType: "HASH" },
              { AttributeName: "kind", KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["title"] },
          },
        ],
        SSESpecification: {
          Enabled: true,
          SSEType: "KMS",
          KMSMasterKeyId: "arn:aws:kms:eu-central-1:000000000000:key/1",
        },
      },
    );
    await put(database, "old", { id: { S: "1" }, at: { N: "1" }, score: { S: "many" } });
    await database.call("UpdateTable", {
      TableName: "old",
      AttributeDefinitions: [{ AttributeName: "score", AttributeType: "N" }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            ...{ IndexName: "byScore", ...throughput, Projection: { ProjectionType: "KEYS_ONLY" } },
            KeySchema: [{ AttributeName: "score", KeyType: "HASH" }],
          },
        },
      ],
    });
  });
  const before = await using(data, describe);
  await exportTables(data, file, clock);
  await importTables(data, file, clock);
  expect(await using(data, describe)).toEqual(before);
  expect(await itemsOf(data, "old")).toEqual([{ id: { S: "1" }, at: { N: "1" }, score: { S: "many" } }]);
});

test("what is secret is in no export", async () => {
  await using(data, somePosts);
  for (const name of ["credentials.json", "kms.key", "identity-provider.json", "logs"])
    fs.writeFileSync(path.join(data, name), "SECRET");
  await exportTables(data, file, clock);
  expect(gunzipSync(fs.readFileSync(file)).toString()).not.toContain("SECRET");
  await importTables(data, file, clock);
  expect(fs.readFileSync(path.join(data, "kms.key"), "utf8")).toBe("SECRET");
});

describe("an import", () => {
  test("keeps the tables that were there", async () => {
    withExport();
    await using(data, (database) => put(database, "posts", { id: { S: "2" } }));
    const { kept } = await importTables(data, file, clock);
    expect(kept).toBe(path.join(data, "dynamodb.kept-2026-03-04T05-06-07-089Z"));
    expect(keptFolders(data)).toEqual([kept]);
    expect(await itemsOf(data, "posts")).toHaveLength(1);
    fs.renameSync(path.join(data, "dynamodb"), path.join(data, "away"));
    fs.renameSync(String(kept), path.join(data, "dynamodb"));
    expect(await itemsOf(data, "posts")).toHaveLength(2);
  });

  test("into damaged tables keeps those as they are", async () => {
    withExport();
    fs.truncateSync(path.join(data, "dynamodb/level/CURRENT"));
    const before = contents(path.join(data, "dynamodb"));
    const { kept } = await importTables(data, file, clock);
    expect(contents(String(kept))).toEqual(before);
    expect(await itemsOf(data, "posts")).toHaveLength(1);
  });

  test("that cannot put the new tables in place leaves the old ones there", async () => {
    withExport();
    const rename = fs.renameSync;
    jest.spyOn(fs, "renameSync").mockImplementation((from, to) => {
      if (String(from).endsWith("dynamodb.next")) throw new Error("EIO: i/o error");
      rename(from, to);
    });
    await expect(importTables(data, file, clock)).rejects.toThrow(
      /cannot be replaced \(EIO: i\/o error\): make .* a folder/,
    );
    expect(await itemsOf(data, "posts")).toHaveLength(1);
    expect(keptFolders(data)).toEqual([]);
  });

  test("that was killed between two steps is finished, or forgotten if it had not begun", async () => {
    withPosts();
    const next = path.join(data, "dynamodb.next");
    fs.renameSync(path.join(data, "dynamodb"), next);
    finishReplacement(data);
    expect(await itemsOf(data, "posts")).toHaveLength(1);
    fs.mkdirSync(next);
    finishReplacement(data);
    expect(await itemsOf(data, "posts")).toHaveLength(1);
  });
});

describe("an export", () => {
  test("replaces no file", async () => {
    withPosts();
    fs.writeFileSync(file, "mine");
    await expect(exportTables(data, file, clock)).rejects.toThrow(
      new StartError(`${file} exists: name another file, or move that one away.`),
    );
    expect(fs.readFileSync(file, "utf8")).toBe("mine");
  });

  test("that cannot be written leaves nothing behind", async () => {
    withPosts();
    await expect(exportTables(data, path.join(folder, "none/export.gz"), clock)).rejects.toThrow(
      /cannot be written \(ENOENT/,
    );
    expect(fs.readdirSync(folder)).toEqual(["data"]);
  });

  test("of damaged tables, and of none, is refused", async () => {
    await expect(exportTables(data, file, clock)).rejects.toThrow(/^There are no tables in .*: run `npm start` first/);
    withPosts();
    fs.truncateSync(path.join(data, "dynamodb/level/CURRENT"));
    await expect(exportTables(data, file, clock)).rejects.toThrow(/is damaged \(CURRENT has 0 bytes/);
  });
});

test("tables that a local cloud has open are neither exported nor replaced", async () => {
  withExport();
  const message = /is in use by another run of the local cloud: stop that one first\.$/;
  await using(data, async () => {
    await expect(exportTables(data, `${file}.2`, clock)).rejects.toThrow(message);
    await expect(importTables(data, file, clock)).rejects.toThrow(message);
  });
});

describe("a file is refused with one sentence, and nothing changes: one", () => {
  const lines = (change: (lines: string[]) => string[]) => {
    const before = gunzipSync(fs.readFileSync(file)).toString().split("\n");
    fs.writeFileSync(file, gzipSync(change(before).join("\n")));
  };
  const cases: [string, () => void, RegExp][] = [
    ["that is not there", () => fs.rmSync(file), /^There is no file .*: name the one that was exported\.$/],
    [
      "that is a folder",
      () => {
        fs.rmSync(file);
        fs.mkdirSync(file);
      },
      /cannot be read \(EISDIR.*make it a readable file/,
    ],
    ["that is empty", () => fs.truncateSync(file), /is (no export|damaged)/],
    [
      "of another kind",
      () => fs.writeFileSync(file, "hello"),
      /is no export of the local cloud: make one with `npm run data/,
    ],
    [
      "of another program",
      () => fs.writeFileSync(file, gzipSync('{"a":1}\n{"b":2}')),
      /is no export of the local cloud/,
    ],
    [
      "that was cut off",
      () => fs.truncateSync(file, fs.statSync(file).size - 12),
      /is damaged \(unexpected end of file\)/,
    ],
    [
      "of a later version",
      () => lines(([head = "", ...rest]) => [head.replace('"version":1', '"version":2'), ...rest]),
      /written by another version .*version 2 of the file, this one reads 1/,
    ],
    [
      "without its end",
      () => lines((all) => all.slice(0, -1)),
      /is damaged \(its end is missing\): export again, or use a copy\. No table was changed\.$/,
    ],
    [
      "with an item changed",
      () => lines((all) => all.map((line) => line.replace("alice", "mallory"))),
      /is damaged \(its checksum is another one\)/,
    ],
    [
      "with an item missing",
      () => lines((all) => all.filter((line) => !line.includes("alice"))),
      /is damaged \(its checksum is another one\)/,
    ],
    [
      "with a line that is no JSON",
      () => lines(([head = "", ...rest]) => [head, "}", ...rest]),
      /is damaged \(line 2 is not JSON\)/,
    ],
    [
      "with an item before its table",
      () => lines(([head = "", ...rest]) => [head, '{"item":{"id":{"S":"1"}}}', ...rest]),
      /is damaged \(An item comes before its table\)/,
    ],
    [
      "with a table that there cannot be",
      () => lines((all) => all.map((line) => line.replace('"HASH"', '"HASHED"'))),
      /is damaged \(.*HASHED/,
    ],
  ];
  test.each(cases)("%s", async (_, damage, message) => {
    withExport();
    damage();
    const error = await importTables(data, file, clock).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartError);
    expect(Object(error).message).toMatch(message);
    expect(fs.readdirSync(data)).toEqual(["dynamodb"]);
    expect(await itemsOf(data, "posts")).toEqual([POST]);
  });

  test("of which any byte was changed", async () => {
    withExport();
    const bytes = fs.readFileSync(file);
    // The first ten bytes are gzip's header, of which time and system mean nothing.
    for (let index = 10; index < bytes.length; index += 37) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 0x10;
      fs.writeFileSync(file, changed);
      await expect(importTables(data, file, clock)).rejects.toThrow(StartError);
    }
    expect(fs.readdirSync(data)).toEqual(["dynamodb"]);
  });
});
