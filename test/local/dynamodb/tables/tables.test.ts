import fs from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TableDefinition } from "../../../../local/definition/model";
import { createTables } from "../../../../local/dynamodb/tables/definition";
import type { Json, JsonObject } from "../../../../local/shared/json";
import { at, createTable, type Database, openDatabase } from "../database";

let database: Database;
beforeEach(async () => {
  database = await openDatabase();
});
afterEach(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
});

const describeTable = async (TableName = "items") =>
  (await database.call("DescribeTable", { TableName })).Table as JsonObject;
const update = (input: JsonObject) => database.call("UpdateTable", { TableName: "items", ...input });
const create = (IndexName: string) => ({
  AttributeDefinitions: [{ AttributeName: "kind", AttributeType: "S" }],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName,
        KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    },
  ],
});

describe("a new index", () => {
  const count = async () =>
    at(
      await database.call("Query", {
        TableName: "items",
        IndexName: "by_kind",
        KeyConditionExpression: "kind = :k",
        ExpressionAttributeValues: { ":k": { S: "k" } },
        Select: "COUNT",
      }),
      "Count",
    );

  test("has what was there before and what is written meanwhile, but not what does not fit it", async () => {
    await createTable(database, "items", ["id:N"]);
    const put = (n: number, kind: Json) =>
      database.call("PutItem", { TableName: "items", Item: { id: { N: String(n) }, kind } });
    for (let n = 0; n < 250; n++) await put(n, n % 5 === 0 ? { N: "1" } : { S: "k" });
    const answer = await update(create("by_kind"));
    expect(at(answer, "TableDescription", "GlobalSecondaryIndexes", 0)).toMatchObject({
      IndexStatus: "CREATING",
      Backfilling: true,
    });
    await Promise.all([
      put(1000, { S: "k" }),
      put(1, { S: "other" }),
      database.call("DeleteItem", { TableName: "items", Key: { id: { N: "2" } } }),
    ]);
    while ((await describeTable()).TableStatus !== "ACTIVE");
    expect(await count()).toBe(199);
    expect(at(await describeTable(), "GlobalSecondaryIndexes", 0, "ItemCount")).toBe(200);
  });

  test("can be deleted and made again, and starts empty", async () => {
    await createTable(database, "items", ["id:S"], { by_kind: ["kind:S"] });
    await database.call("PutItem", { TableName: "items", Item: { id: { S: "1" }, kind: { S: "k" } } });
    expect(await count()).toBe(1);
    await update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by_kind" } }] });
    expect((await describeTable()).AttributeDefinitions).toEqual([{ AttributeName: "id", AttributeType: "S" }]);
    await database.call("DeleteItem", { TableName: "items", Key: { id: { S: "1" } } });
    await update(create("by_kind"));
    while ((await describeTable()).TableStatus !== "ACTIVE");
    expect(await count()).toBe(0);
  });

  test("that was being filled when the process ended is filled at the next start", async () => {
    await createTable(database, "items", ["id:S"]);
    await database.call("PutItem", { TableName: "items", Item: { id: { S: "1" }, kind: { S: "k" } } });
    const { engine } = database;
    await update(create("by_kind"));
    // As if the process had ended before it was done.
    await engine.writer.run((transaction) => {
      const table = engine.catalog.toChange(transaction, "items");
      engine.catalog.replace(transaction, {
        ...table,
        indexes: table.indexes.map((index) => ({ ...index, id: 99, status: "CREATING" as const })),
      });
    });
    await database.close();
    database = await openDatabase(database.folder);
    while ((await describeTable()).TableStatus !== "ACTIVE");
    expect(await count()).toBe(1);
  });

  test.each<[string, JsonObject, string]>([
    [
      "that is there",
      create("there"),
      "ValidationException: Attempting to create an index which already exists: there",
    ],
    [
      "of an attribute that is not defined",
      { ...create("by_kind"), AttributeDefinitions: [] },
      "ValidationException: One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [kind], AttributeDefinitions: []",
    ],
    [
      "to delete that is not there",
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "none" } }] },
      "ResourceNotFoundException: Requested resource not found",
    ],
    [
      "at the same time as another",
      {
        GlobalSecondaryIndexUpdates: [
          { Delete: { IndexName: "there" } },
          ...create("by_kind").GlobalSecondaryIndexUpdates,
        ],
      },
      "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    ],
  ])("%s is refused", async (_, input, message) => {
    await createTable(database, "items", ["id:S"], { there: ["a:S"] });
    expect(await database.refusal("UpdateTable", { TableName: "items", ...input })).toBe(message);
  });
});

describe("a table", () => {
  test("that is deleted takes its items with it, and one made again starts empty", async () => {
    await createTable(database, "items", ["id:S"], { by_kind: ["kind:S"] });
    await database.call("PutItem", { TableName: "items", Item: { id: { S: "1" }, kind: { S: "k" } } });
    await database.call("DeleteTable", { TableName: "items" });
    expect(await database.refusal("GetItem", { TableName: "items", Key: { id: { S: "1" } } })).toBe(
      "ResourceNotFoundException: Requested resource not found",
    );
    await createTable(database, "items", ["id:S"], { by_kind: ["kind:S"] });
    expect((await database.call("Scan", { TableName: "items" })).Count).toBe(0);
    expect((await database.call("Scan", { TableName: "items", IndexName: "by_kind" })).Count).toBe(0);
    await database.engine.catalog.settled();
    const left: string[] = [];
    for await (const [key] of database.engine.store.entries({ from: "i", before: "j" })) left.push(key);
    expect(left).toEqual([]);
  });

  test("that is protected is not deleted", async () => {
    await createTable(database, "items", ["id:S"], {}, { DeletionProtectionEnabled: true });
    expect(await database.refusal("DeleteTable", { TableName: "items" })).toContain("protected against deletion");
    await update({ DeletionProtectionEnabled: false });
    expect(await database.refusal("DeleteTable", { TableName: "items" })).toBe("none");
  });

  test("is named by its ARN as well", async () => {
    await createTable(database, "items", ["id:S"]);
    const TableName = String((await describeTable()).TableArn);
    await database.call("PutItem", { TableName, Item: { id: { S: "1" } } });
    expect((await database.call("Scan", { TableName })).Count).toBe(1);
  });

  test.each<[string, JsonObject, string]>([
    ["is there already", {}, "ResourceInUseException: Table already exists: items"],
    [
      "has an attribute in no key",
      {
        TableName: "other",
        AttributeDefinitions: [
          { AttributeName: "id", AttributeType: "S" },
          { AttributeName: "x", AttributeType: "S" },
        ],
      },
      "ValidationException: One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    ],
    [
      "has no capacity",
      { TableName: "other", BillingMode: "PROVISIONED" },
      "ValidationException: One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    ],
    [
      "has a stream without a view type",
      { TableName: "other", StreamSpecification: { StreamEnabled: true } },
      "ValidationException: One or more parameter values were invalid: StreamSpecification.StreamViewType is required when StreamEnabled is true",
    ],
  ])("that %s is refused", async (_, more, message) => {
    await createTable(database, "items", ["id:S"]);
    const input = {
      TableName: "items",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      ...more,
    };
    expect(await database.refusal("CreateTable", input)).toBe(message);
  });

  test("has a billing mode that can be changed", async () => {
    await createTable(database, "items", ["id:S"]);
    const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    await update({ BillingMode: "PROVISIONED", ProvisionedThroughput });
    expect((await describeTable()).ProvisionedThroughput).toMatchObject(ProvisionedThroughput);
    expect(await database.refusal("UpdateTable", { TableName: "items", ProvisionedThroughput })).toContain(
      "The requested value equals the current value",
    );
    await update({ BillingMode: "PAY_PER_REQUEST" });
    expect(at(await describeTable(), "BillingModeSummary", "BillingMode")).toBe("PAY_PER_REQUEST");
  });

  test("has point-in-time recovery and limits as AWS describes them", async () => {
    await createTable(database, "items", ["id:S"]);
    const status = (answer: JsonObject) =>
      at(answer, "ContinuousBackupsDescription", "PointInTimeRecoveryDescription", "PointInTimeRecoveryStatus");
    expect(status(await database.call("DescribeContinuousBackups", { TableName: "items" }))).toBe("DISABLED");
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await database.call("UpdateContinuousBackups", { TableName: "items", PointInTimeRecoverySpecification });
    expect(status(await database.call("DescribeContinuousBackups", { TableName: "items" }))).toBe("ENABLED");
    expect((await database.call("DescribeLimits", {})).TableMaxReadCapacityUnits).toBe(40_000);
    expect(at(await database.call("DescribeEndpoints", {}), "Endpoints", 0, "Address")).toBe(
      "dynamodb.eu-central-1.amazonaws.com",
    );
  });
});

describe("the tables of the definition", () => {
  const definition: TableDefinition = {
    name: "items",
    arn: "arn:aws:dynamodb:eu-central-1:000000000000:table/items",
    key: { hash: "id", range: undefined },
    attributes: { id: "S" },
    indexes: [],
    timeToLive: "until",
    stream: "NEW_IMAGE",
  };
  const start = (changed: Partial<TableDefinition> = {}) =>
    createTables(database.engine, [{ ...definition, ...changed }], database.folder);
  const now = async () => {
    const { StreamSpecification, LatestStreamArn } = await describeTable();
    const { TimeToLiveDescription } = await database.call("DescribeTimeToLive", { TableName: "items" });
    return {
      stream: at(StreamSpecification, "StreamViewType"),
      arn: LatestStreamArn,
      until: at(TimeToLiveDescription, "AttributeName"),
    };
  };

  test("keep their stream as long as it is defined alike, and follow a change of it and of time to live", async () => {
    await start();
    const first = await now();
    expect(first).toMatchObject({ stream: "NEW_IMAGE", until: "until" });
    await start();
    expect(await now()).toEqual(first);
    database.clock.advance(1000);
    await start({ stream: "KEYS_ONLY", timeToLive: "expires" });
    const second = await now();
    expect(second).toMatchObject({ stream: "KEYS_ONLY", until: "expires" });
    expect(second.arn).not.toBe(first.arn);
    await start({ stream: undefined, timeToLive: undefined });
    expect(await now()).toEqual({ stream: undefined, arn: second.arn, until: undefined });
  });
});
