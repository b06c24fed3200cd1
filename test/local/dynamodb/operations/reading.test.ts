import fs from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "../../../../local/shared/json";
import { at, createTable, type Database, openDatabase } from "../database";

let database: Database;
const text = (S: string): JsonObject => ({ S });
const number = (N: number): JsonObject => ({ N: String(N) });
beforeAll(async () => {
  database = await openDatabase();
  await database.call("CreateTable", {
    TableName: "notes",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "user", AttributeType: "S" },
      { AttributeName: "at", AttributeType: "N" },
      { AttributeName: "title", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "user", KeyType: "HASH" },
      { AttributeName: "at", KeyType: "RANGE" },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: "local",
        KeySchema: [
          { AttributeName: "user", KeyType: "HASH" },
          { AttributeName: "title", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "global",
        KeySchema: [{ AttributeName: "title", KeyType: "HASH" }],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["body"] },
      },
    ],
  });
  for (let n = -3; n < 7; n++)
    await database.call("PutItem", {
      TableName: "notes",
      Item: {
        user: text("ann"),
        at: number(n),
        title: text(n % 2 ? "odd" : "even"),
        body: text(`b${n}`),
        more: text("m"),
      },
    });
  await database.call("PutItem", { TableName: "notes", Item: { user: text("bob"), at: number(0) } });
  await createTable(database, "hashed", ["id:S"]);
  for (let n = 0; n < 40; n++) await database.call("PutItem", { TableName: "hashed", Item: { id: text(String(n)) } });
});
afterAll(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
});

const ANN = { ":u": text("ann") };
const names = { "#u": "user", "#a": "at" };
function query(condition: string, values: JsonObject = {}, more: JsonObject = {}) {
  return {
    TableName: "notes",
    KeyConditionExpression: `#u = :u${condition}`,
    ExpressionAttributeNames: condition.includes("#a") ? names : { "#u": "user" },
    ExpressionAttributeValues: { ...ANN, ...values },
    ...more,
  };
}
const items = (answer: JsonObject) => answer.Items as readonly Json[];
const times = async (request: JsonObject) =>
  items(await database.call("Query", request)).map((item) => Number(at(item, "at", "N")));

describe("a query", () => {
  test.each<[string, JsonObject, number[]]>([
    ["", {}, [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6]],
    [" AND #a = :x", { ":x": number(2) }, [2]],
    [" AND #a < :x", { ":x": number(-1) }, [-3, -2]],
    [" AND #a <= :x", { ":x": number(-1) }, [-3, -2, -1]],
    [" AND #a > :x", { ":x": number(4) }, [5, 6]],
    [" AND :x <= #a", { ":x": number(4) }, [4, 5, 6]],
    [" AND #a BETWEEN :x AND :y", { ":x": number(-2), ":y": number(1.5) }, [-2, -1, 0, 1]],
    [" AND (#a = :x)", { ":x": number(9) }, []],
  ])("finds what user = ann%s finds, both ways", async (condition, values, expected) => {
    expect(await times(query(condition, values))).toEqual(expected);
    expect(await times(query(condition, values, { ScanIndexForward: false }))).toEqual([...expected].reverse());
  });

  test("reads any number at a time, page by page, in the same order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        fc.constantFrom(undefined, "local"),
        async (Limit, forward, index) => {
          const found: number[] = [];
          let start: Json | undefined;
          do {
            const answer: JsonObject = await database.call(
              "Query",
              query(
                "",
                {},
                {
                  Limit,
                  ScanIndexForward: forward,
                  ...(index && { IndexName: index }),
                  ...(start !== undefined && { ExclusiveStartKey: start }),
                },
              ),
            );
            found.push(...items(answer).map((item) => Number(at(item, "at", "N"))));
            start = answer.LastEvaluatedKey;
          } while (start !== undefined);
          const whole = await times(query("", {}, { ScanIndexForward: forward, ...(index && { IndexName: index }) }));
          expect(found).toEqual(whole);
          expect(whole).toHaveLength(10);
        },
      ),
      { seed: 6, numRuns: 20 },
    );
  });

  test("by an index with what it projects, and from the table what a local one does not", async () => {
    const odd = {
      TableName: "notes",
      IndexName: "global",
      KeyConditionExpression: "title = :t",
      ExpressionAttributeValues: { ":t": text("odd") },
      Limit: 1,
    };
    const [found] = items(await database.call("Query", odd));
    expect(Object.keys(found as JsonObject).sort()).toEqual(["at", "body", "title", "user"]);
    const local = { IndexName: "local", Limit: 1 };
    const [keys] = items(await database.call("Query", query("", {}, local)));
    expect(Object.keys(keys as JsonObject).sort()).toEqual(["at", "title", "user"]);
    const [all] = items(await database.call("Query", query("", {}, { ...local, Select: "ALL_ATTRIBUTES" })));
    expect(Object.keys(all as JsonObject).sort()).toEqual(["at", "body", "more", "title", "user"]);
    const [more] = items(await database.call("Query", query("", {}, { ...local, ProjectionExpression: "more" })));
    expect(more).toEqual({ more: text("m") });
  });

  test("tells its capacity by table and index", async () => {
    const read = {
      IndexName: "local",
      Select: "ALL_ATTRIBUTES",
      ConsistentRead: true,
      Limit: 3,
      ReturnConsumedCapacity: "INDEXES",
    };
    expect((await database.call("Query", query("", {}, read))).ConsumedCapacity).toEqual({
      TableName: "notes",
      CapacityUnits: 4,
      Table: { CapacityUnits: 3 },
      LocalSecondaryIndexes: { local: { CapacityUnits: 1 } },
    });
  });

  test.each<[string, JsonObject]>([
    [
      "Query condition missed key schema element: user",
      { KeyConditionExpression: "body = :u", ExpressionAttributeValues: ANN },
    ],
    ["Query key condition not supported", query("", {}, { KeyConditionExpression: "#u < :u" })],
    ["Invalid operator used in KeyConditionExpression: OR", query(" OR #a = :x", { ":x": number(1) })],
    ["KeyConditionExpressions must only contain one condition per key", query(" AND #u = :x", { ":x": text("x") })],
    [
      "One or more parameter values were invalid: Condition parameter type does not match schema type",
      query(" AND #a = :x", { ":x": text("1") }),
    ],
    [
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: user",
      query("", { ":u": text("") }),
    ],
    [
      "Filter Expression can only contain non-primary key attributes: Primary key attribute: at",
      query("", { ":x": number(1) }, { FilterExpression: "#a = :x", ExpressionAttributeNames: names }),
    ],
    ["The table does not have the specified index: none", query("", {}, { IndexName: "none" })],
    [
      "The provided starting key is outside query boundaries based on provided conditions",
      query("", {}, { ExclusiveStartKey: { user: text("bob"), at: number(1) } }),
    ],
    [
      "The provided starting key does not match the range key predicate",
      query(" AND #a > :x", { ":x": number(3) }, { ExclusiveStartKey: { user: text("ann"), at: number(1) } }),
    ],
    ["The provided starting key is invalid", query("", {}, { ExclusiveStartKey: { user: text("ann") } })],
    ["Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.", {}],
  ])("is refused: %s", async (message, request) => {
    expect(await database.refusal("Query", { TableName: "notes", ...request })).toBe(`ValidationException: ${message}`);
  });
});

describe("a scan", () => {
  test("in segments reads every item once", async () => {
    for (const TotalSegments of [1, 2, 5, 64]) {
      const found: Json[] = [];
      for (let Segment = 0; Segment < TotalSegments; Segment++) {
        let start: Json | undefined;
        do {
          const answer: JsonObject = await database.call("Scan", {
            TableName: "hashed",
            TotalSegments,
            Segment,
            Limit: 3,
            ...(start !== undefined && { ExclusiveStartKey: start }),
          });
          found.push(...items(answer).map((item) => at(item, "id", "S") ?? null));
          start = answer.LastEvaluatedKey;
        } while (start !== undefined);
      }
      expect(found.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    }
  });

  test("counts what it read beside what the filter let through", async () => {
    const answer = await database.call("Scan", {
      TableName: "notes",
      FilterExpression: "attribute_exists(body)",
      Select: "COUNT",
      ReturnConsumedCapacity: "TOTAL",
    });
    expect(answer).toEqual({
      Count: 10,
      ScannedCount: 11,
      ConsumedCapacity: { TableName: "notes", CapacityUnits: 0.5 },
    });
  });

  test("ends a page at one megabyte", async () => {
    await createTable(database, "large", ["id:S"]);
    for (let n = 0; n < 8; n++)
      await database.call("PutItem", {
        TableName: "large",
        Item: { id: text(String(n)), body: text("x".repeat(300_000)) },
      });
    const first = await database.call("Scan", { TableName: "large" });
    expect(items(first)).toHaveLength(4);
    expect(first.LastEvaluatedKey).toEqual({ id: at(items(first)[3], "id") });
  });

  test.each<[string, JsonObject]>([
    [
      "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index global because its projection type is not ALL",
      { IndexName: "global", Select: "ALL_ATTRIBUTES" },
    ],
    [
      "One or more parameter values were invalid: Global secondary index global does not project [more]",
      { IndexName: "global", ProjectionExpression: "more" },
    ],
    ["Consistent reads are not supported on global secondary indexes", { IndexName: "global", ConsistentRead: true }],
    [
      "Cannot specify the ProjectionExpression when choosing to get only the Count",
      { Select: "COUNT", ProjectionExpression: "body" },
    ],
    [
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
      { Select: "SPECIFIC_ATTRIBUTES" },
    ],
    [
      "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
      { Select: "ALL_PROJECTED_ATTRIBUTES" },
    ],
    [
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
      { Segment: 0 },
    ],
    ["The provided starting key is invalid", { IndexName: "global", ExclusiveStartKey: { title: text("odd") } }],
    [
      "The provided starting key is invalid: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
      { ExclusiveStartKey: { user: {}, at: number(1) } },
    ],
    [
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
      { Limit: 0 },
    ],
  ])("is refused: %s", async (message, request) => {
    expect(await database.refusal("Scan", { TableName: "notes", ...request })).toBe(`ValidationException: ${message}`);
  });
});

describe("a projection", () => {
  test("takes parts of an item as they are nested, and of a list no gaps", async () => {
    const item = {
      id: text("p"),
      a: { M: { b: { L: [text("0"), text("1"), { M: { c: text("2"), d: text("3") } }] }, e: text("4") } },
      f: text("5"),
    };
    await database.call("PutItem", { TableName: "hashed", Item: item });
    const get = async (ProjectionExpression: string) =>
      (await database.call("GetItem", { TableName: "hashed", Key: { id: text("p") }, ProjectionExpression })).Item;
    expect(await get("a.b[2].c, a.b[0], f, a.x, g.h")).toEqual({
      a: { M: { b: { L: [text("0"), { M: { c: text("2") } }] } } },
      f: text("5"),
    });
    expect(await get("g")).toEqual({});
    expect(
      await database.refusal("GetItem", {
        TableName: "hashed",
        Key: { id: text("p") },
        ProjectionExpression: "a.b, a.b[1]",
      }),
    ).toBe(
      "ValidationException: Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, b, [1]]",
    );
  });
});
