import fs from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { StreamReader } from "../../../../local/dynamodb/streams/reader";
import { TimeToLive } from "../../../../local/dynamodb/time-to-live";
import type { Json, JsonObject } from "../../../../local/shared/json";
import { at, createTable, type Database, openDatabase } from "../database";

const HOUR = 60 * 60 * 1000;
let database: Database;
beforeEach(async () => {
  database = await openDatabase();
});
afterEach(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
});

const streaming = (StreamViewType: string) => ({ StreamSpecification: { StreamEnabled: true, StreamViewType } });
const arnOf = async (TableName = "items") =>
  String(at(await database.call("DescribeTable", { TableName }), "Table", "LatestStreamArn"));
const put = (id: string, more: JsonObject = {}) =>
  database.call("PutItem", { TableName: "items", Item: { id: { S: id }, ...more } });
const remove = (id: string) => database.call("DeleteItem", { TableName: "items", Key: { id: { S: id } } });

async function iterator(
  StreamArn: string,
  ShardIteratorType = "TRIM_HORIZON",
  more: JsonObject = {},
): Promise<JsonObject> {
  const { StreamDescription } = await database.call("DescribeStream", { StreamArn });
  const ShardId = at(StreamDescription, "Shards", 0, "ShardId") ?? null;
  const { ShardIterator = null } = await database.call("GetShardIterator", {
    StreamArn,
    ShardId,
    ShardIteratorType,
    ...more,
  });
  return { ShardIterator };
}
async function records(arn: string): Promise<readonly Json[]> {
  return (await database.call("GetRecords", await iterator(arn))).Records as readonly Json[];
}
/** Such as `INSERT 1`. */
const told = async (arn: string) =>
  (await records(arn)).map((record) => `${at(record, "eventName")} ${at(record, "dynamodb", "Keys", "id", "S")}`);

describe("the stream of a table", () => {
  test("has a record of each change with what the view type shows, and none of writes that change nothing", async () => {
    for (const [view, images] of [
      ["KEYS_ONLY", []],
      ["NEW_IMAGE", ["NewImage"]],
      ["OLD_IMAGE", ["OldImage"]],
      ["NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]],
    ] as const) {
      await createTable(database, "items", ["id:S"], {}, streaming(view));
      const arn = await arnOf();
      await put("1", { n: { N: "1" } });
      await put("1", { n: { N: "1.0" } });
      await put("1", { n: { N: "2" } });
      await remove("1");
      await remove("1");
      const [inserted, modified, removed, ...others] = await records(arn);
      expect(others).toEqual([]);
      const [before, after] = [
        { id: { S: "1" }, n: { N: "1" } },
        { id: { S: "1" }, n: { N: "2" } },
      ];
      const image = (name: (typeof images)[number] | string, value: JsonObject) =>
        (images as readonly string[]).includes(name) && { [name]: value };
      const common = {
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventVersion: "1.1",
        eventSource: "aws:dynamodb",
        awsRegion: "eu-central-1",
      };
      const dynamodb = {
        ApproximateCreationDateTime: Math.floor(database.clock.now() / 1000),
        Keys: { id: { S: "1" } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: view,
      };
      expect(inserted).toEqual({
        ...common,
        eventName: "INSERT",
        dynamodb: { ...dynamodb, ...image("NewImage", before) },
      });
      expect(modified).toEqual({
        ...common,
        eventName: "MODIFY",
        dynamodb: { ...dynamodb, ...image("NewImage", after), ...image("OldImage", before) },
      });
      expect(removed).toEqual({
        ...common,
        eventName: "REMOVE",
        dynamodb: { ...dynamodb, ...image("OldImage", after) },
      });
      await database.call("DeleteTable", { TableName: "items" });
      database.clock.advance(1);
    }
  });

  test("has the changes of batches and transactions, in order, and none of what was refused", async () => {
    await createTable(database, "items", ["id:S"], {}, streaming("KEYS_ONLY"));
    const arn = await arnOf();
    const Put = (id: string) => ({ PutRequest: { Item: { id: { S: id } } } });
    await database.call("BatchWriteItem", { RequestItems: { items: [Put("a"), Put("b")] } });
    const Item = (id: string) => ({ TableName: "items", Item: { id: { S: id }, n: { N: "1" } } });
    const Check = (id: string) => ({
      TableName: "items",
      Key: { id: { S: id } },
      ConditionExpression: "attribute_exists(id)",
    });
    await database.call("TransactWriteItems", {
      TransactItems: [{ Put: Item("c") }, { ConditionCheck: Check("b") }, { Put: Item("a") }],
    });
    await database.refusal("TransactWriteItems", {
      TransactItems: [{ Put: Item("d") }, { ConditionCheck: Check("no") }],
    });
    await database.refusal("PutItem", { ...Item("a"), ConditionExpression: "attribute_not_exists(id)" });
    expect(await told(arn)).toEqual(["INSERT a", "INSERT b", "INSERT c", "MODIFY a"]);
    const sequences = (await records(arn)).map((record) => String(at(record, "dynamodb", "SequenceNumber")));
    expect(sequences).toEqual([...new Set(sequences)].sort());
  });

  test("says of what had expired that the service deleted it", async () => {
    await createTable(database, "items", ["id:S"], {}, streaming("OLD_IMAGE"));
    const arn = await arnOf();
    const TimeToLiveSpecification = { AttributeName: "until", Enabled: true };
    await database.call("UpdateTimeToLive", { TableName: "items", TimeToLiveSpecification });
    const sweeper = new TimeToLive(database.engine, database.clock, (text) => {
      throw new Error(text);
    });
    const until = { until: { N: String(Math.floor(database.clock.now() / 1000) + 30) } };
    await put("expires", until);
    await put("deleted", until);
    await remove("deleted");
    database.clock.advance(60_000);
    await sweeper.settled();
    await sweeper.stop();
    expect(await told(arn)).toEqual(["INSERT expires", "INSERT deleted", "REMOVE deleted", "REMOVE expires"]);
    const [, , byHand, byTime] = await records(arn);
    expect(at(byHand, "userIdentity")).toBeUndefined();
    expect(at(byTime, "userIdentity")).toEqual({ type: "Service", principalId: "dynamodb.amazonaws.com" });
    expect(at(byTime, "dynamodb", "OldImage")).toEqual({ id: { S: "expires" }, ...until });
  });

  test("can be read for 24 hours, and from any record on", async () => {
    await createTable(database, "items", ["id:S"], {}, streaming("KEYS_ONLY"));
    const arn = await arnOf();
    await put("old");
    const SequenceNumber = at((await records(arn))[0], "dynamodb", "SequenceNumber") ?? null;
    database.clock.advance(23 * HOUR);
    await put("young");
    expect(await told(arn)).toEqual(["INSERT old", "INSERT young"]);
    const from = async (type: string) => {
      const { Records } = await database.call("GetRecords", await iterator(arn, type, { SequenceNumber }));
      return (Records as readonly Json[]).length;
    };
    expect(await from("AT_SEQUENCE_NUMBER")).toBe(2);
    expect(await from("AFTER_SEQUENCE_NUMBER")).toBe(1);
    const latest = await iterator(arn, "LATEST");
    expect((await database.call("GetRecords", latest)).Records).toEqual([]);
    database.clock.advance(HOUR);
    expect(await told(arn)).toEqual(["INSERT young"]);
    await expect(from("AT_SEQUENCE_NUMBER")).rejects.toMatchObject({ type: "TrimmedDataAccessException" });
    expect(await database.refusal("GetRecords", latest)).toContain("ExpiredIteratorException");
    await database.engine.streams.trim();
    expect(await told(arn)).toEqual(["INSERT young"]);
    database.clock.advance(24 * HOUR);
    await database.engine.streams.trim();
    expect(await records(arn)).toEqual([]);
  });

  test("ends when it is switched off and begins anew under another name", async () => {
    await createTable(database, "items", ["id:S"]);
    const update = (StreamSpecification: JsonObject) =>
      database.refusal("UpdateTable", { TableName: "items", StreamSpecification });
    expect(await update({ StreamEnabled: true })).toContain("StreamViewType is required");
    expect(await update({ StreamEnabled: true, StreamViewType: "KEYS_ONLY" })).toBe("none");
    expect(await update({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" })).toBe(
      "ValidationException: Table already has an enabled stream: TableName: items",
    );
    const first = await arnOf();
    await put("1");
    expect(await update({ StreamEnabled: false })).toBe("none");
    await put("2");
    expect(await update({ StreamEnabled: true, StreamViewType: "KEYS_ONLY" })).toBe("none");
    await put("3");
    const second = await arnOf();
    expect(second).not.toBe(first);
    expect(await told(first)).toEqual(["INSERT 1"]);
    expect(await told(second)).toEqual(["INSERT 3"]);
    const end = await database.call("GetRecords", await iterator(first));
    expect(end.NextShardIterator).toBeUndefined();
    expect((await database.call("ListStreams", { TableName: "items" })).Streams).toHaveLength(2);
    const ShardFilter = { Type: "CHILD_SHARDS", ShardId: "x".repeat(30) };
    const children = await database.call("DescribeStream", { StreamArn: first, ShardFilter });
    expect(at(children, "StreamDescription", "Shards")).toEqual([]);
    await database.call("DeleteTable", { TableName: "items" });
    expect(await told(second)).toEqual(["INSERT 3"]);
    database.clock.advance(25 * HOUR);
    await database.engine.streams.trim();
    expect((await database.call("ListStreams", {})).Streams).toEqual([]);
  });

  test("goes on where it was after a restart, with greater sequence numbers", async () => {
    await createTable(database, "items", ["id:S"], {}, streaming("KEYS_ONLY"));
    const arn = await arnOf();
    await put("1");
    await database.close();
    database = await openDatabase(database.folder);
    await put("2");
    expect(await told(arn)).toEqual(["INSERT 1", "INSERT 2"]);
    const [first, second] = (await records(arn)).map((record) => String(at(record, "dynamodb", "SequenceNumber")));
    expect(String(second) > String(first)).toBe(true);
  });

  test.each<[string, JsonObject, string]>([
    ["DescribeStream", { StreamArn: "x".repeat(40) }, "ValidationException: Invalid StreamArn"],
    [
      "DescribeStream",
      { StreamArn: "arn:aws:dynamodb:eu-central-1:000000000000:table/no/stream/2026" },
      "ResourceNotFoundException: Requested resource not found: Stream:",
    ],
    ["GetRecords", { ShardIterator: "none" }, "ValidationException: Invalid ShardIterator"],
    [
      "GetRecords",
      { ShardIterator: Buffer.from('{"arn":"x","after":-1,"until":9e15}').toString("base64url") },
      "ValidationException: Invalid ShardIterator",
    ],
  ])("%s refuses what is no stream: %j", async (operation, input, message) => {
    expect(await database.refusal(operation, input)).toContain(message);
  });
});

describe("what reads streams in this process", () => {
  test("is called after each commit and reads on from where it was", async () => {
    await createTable(database, "items", ["id:S"], {}, streaming("NEW_IMAGE"));
    const reader = new StreamReader(database.engine);
    const arn = reader.arnOf("items") ?? "";
    let calls = 0;
    const end = reader.watch(arn, () => calls++);
    await put("1");
    await put("1");
    await put("2");
    const first = await reader.read(arn, reader.position("TRIM_HORIZON"), 1, []);
    expect(first.records.map(({ json }) => JSON.parse(json))).toMatchObject([
      { eventName: "INSERT", eventSourceARN: arn, dynamodb: { Keys: { id: { S: "1" } } } },
    ]);
    const second = await reader.read(arn, first.position, 10, []);
    expect(second.records.map(({ json }) => JSON.parse(json))).toMatchObject([
      { dynamodb: { NewImage: { id: { S: "2" } } } },
    ]);
    const nothing = { read: 0, records: [], position: second.position };
    expect(await reader.read(arn, second.position, 10, [])).toEqual(nothing);
    expect(reader.position("LATEST")).toBe(second.position);
    expect(calls).toBeGreaterThanOrEqual(2);
    end();
    const before = calls;
    await put("3");
    expect(calls).toBe(before);
    expect(reader.arnOf("none")).toBeUndefined();
    await expect(reader.read("none", 0, 1, [])).rejects.toThrow("There is no stream none.");
  });
});
