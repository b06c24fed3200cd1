import fs from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../../../local/shared/json";
import { at, createTable, type Database, openDatabase } from "../database";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
  await createTable(database, "items", ["id:S"], { by_kind: ["kind:S", "rank:N"] });
  await createTable(database, "pairs", ["a:B", "b:N"]);
});
afterAll(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
});

const put = (item: JsonObject, more: JsonObject = {}) =>
  database.refusal("PutItem", { TableName: "items", Item: { id: { S: "1" }, ...item }, ...more });
/** A value nested so deeply. */
const nested = (depth: number): JsonObject =>
  Array.from({ length: depth }).reduce<JsonObject>(
    (inner, _, index) => (index % 2 ? { M: { m: inner } } : { L: [inner] }),
    {
      S: "x",
    },
  );

describe("an item", () => {
  test.each<[string, JsonObject, string]>([
    [
      "a value without a type",
      {},
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    ],
    [
      "a value of an unknown type",
      { X: "1" },
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    ],
    [
      "a value of two types",
      { S: "1", N: "1" },
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    ],
    [
      "NULL that is false",
      { NULL: false },
      "One or more parameter values were invalid: Null attribute value types must have the value of true",
    ],
    ["an empty set", { SS: [] }, "One or more parameter values were invalid: An string set  may not be empty"],
    [
      "a set with a member twice",
      { SS: ["a", "b", "a"] },
      "One or more parameter values were invalid: Input collection [a, b, a] contains duplicates.",
    ],
    ["a set with a number in two forms", { NS: ["1", "1.0"] }, "Input collection contains duplicates"],
    ["39 digits", { N: "1".repeat(39) }, "Attempting to store more than 38 significant digits in a Number"],
    ["depth 33", nested(33), "Nesting Levels have exceeded supported limits"],
    [
      "depth 100,000",
      JSON.parse(`${'{"L":['.repeat(1e5)}{"S":"x"}${"]}".repeat(1e5)}`),
      "Nesting Levels have exceeded supported limits",
    ],
  ])("with %s is refused", async (_, value, message) => {
    expect(await put({ v: value })).toBe(`ValidationException: ${message}`);
  });

  test("may be nested 32 deep, and is answered as it was given", async () => {
    expect(await put({ v: nested(32) })).toBe("none");
    expect(at(await database.call("GetItem", { TableName: "items", Key: { id: { S: "1" } } }), "Item", "v")).toEqual(
      nested(32),
    );
  });

  test("keeps attributes of any name", async () => {
    const names: JsonObject = JSON.parse(
      '{"__proto__":{"S":"p"},"constructor":{"M":{"__proto__":{"N":"1"}}},"":{"S":"x"}}',
    );
    const { "": _, ...good } = names;
    expect(await put(names)).toContain("ValidationException");
    expect(await put(JSON.parse(JSON.stringify(good)))).toBe("none");
    const { Item } = await database.call("GetItem", { TableName: "items", Key: { id: { S: "1" } } });
    expect(JSON.stringify(Item)).toContain('"constructor":{"M":{"__proto__":{"N":"1"}}}');
    expect(JSON.stringify(Item)).toContain('"__proto__":{"S":"p"}');
  });

  test("has 400 KB at most, of names and values", async () => {
    const room = 400 * 1024 - "id".length - "1".length - "text".length;
    expect(await put({ text: { S: "x".repeat(room) } })).toBe("none");
    expect(await put({ text: { S: "x".repeat(room + 1) } })).toBe(
      "ValidationException: Item size has exceeded the maximum allowed size",
    );
  });

  test("counts the bytes of each type as AWS does", async () => {
    const units = async (item: JsonObject) => {
      await database.call("DeleteItem", { TableName: "items", Key: { id: { S: "1" } } });
      return at(
        await database.call("PutItem", {
          TableName: "items",
          Item: { id: { S: "1" }, ...item },
          ReturnConsumedCapacity: "TOTAL",
        }),
        "ConsumedCapacity",
        "CapacityUnits",
      );
    };
    // 3 of the key; name 1; 1024 in all.
    for (const [value, more] of [
      [{ S: "é".repeat(510) }, { S: `${"é".repeat(510)}x` }],
      [{ L: [{ S: "x".repeat(1016) }] }, { L: [{ S: "x".repeat(1017) }] }],
      [{ B: Buffer.alloc(1020).toString("base64") }, { B: Buffer.alloc(1021).toString("base64") }],
      [{ M: { k: { S: "x".repeat(1015) } } }, { M: { k: { S: "x".repeat(1016) } } }],
    ] as const) {
      expect(await units({ v: value })).toBe(1);
      expect(await units({ v: more })).toBe(2);
    }
  });
});

describe("a key", () => {
  const get = (TableName: string, Key: JsonObject) => database.refusal("GetItem", { TableName, Key });
  const MISMATCH = "ValidationException: The provided key element does not match the schema";

  test.each<[string, string, JsonObject, string]>([
    ["without the table's attribute", "items", { other: { S: "1" } }, MISMATCH],
    ["with an attribute more", "items", { id: { S: "1" }, kind: { S: "1" } }, MISMATCH],
    ["of another type", "items", { id: { N: "1" } }, MISMATCH],
    ["without its second part", "pairs", { a: { B: "AA==" } }, MISMATCH],
    [
      "that is empty",
      "items",
      { id: { S: "" } },
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    ],
    [
      "that is an empty binary",
      "pairs",
      { a: { B: "" }, b: { N: "1" } },
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: a",
    ],
    [
      "of 2,049 bytes",
      "items",
      { id: { S: "x".repeat(2049) } },
      "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
    ],
  ])("%s is refused", async (_, table, key, message) => {
    expect(await get(table, key)).toBe(message);
  });

  test.each<[string, JsonObject, string]>([
    [
      "of another type",
      { kind: { N: "1" } },
      "One or more parameter values were invalid: Type mismatch for Index Key kind Expected: S Actual: N IndexName: by_kind",
    ],
    [
      "that is empty",
      { kind: { S: "" } },
      "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by_kind, IndexKey: kind",
    ],
    [
      "of 2,049 bytes",
      { kind: { S: "x".repeat(2049) }, rank: { N: "1" } },
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
    ],
  ])("of an index %s is refused", async (_, item, message) => {
    expect(await put(item)).toBe(`ValidationException: ${message}`);
  });
});

describe("a request of wrong types", () => {
  const item = (value: Json) => ({ TableName: "items", Item: { id: { S: "1" }, v: value } });
  test.each<[string, JsonObject, string]>([
    ["a number for a name", { TableName: 5 }, "NUMBER_VALUE cannot be converted to String"],
    ["true for a name", { TableName: true }, "TRUE_VALUE cannot be converted to String"],
    ["a list for a name", { TableName: ["x"] }, "Unrecognized collection type class java.lang.String"],
    ["an object for a name", { TableName: {} }, "Start of structure or map found where not expected"],
    ["a text for an item", { TableName: "items", Item: "x" }, "Unexpected field type"],
    [
      "a list for an item",
      { TableName: "items", Item: [] },
      "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>",
    ],
    ["a text for a value", item("x"), "Unexpected value type in payload"],
    ["a number for a string", item({ S: 1.5 }), "DECIMAL_VALUE cannot be converted to String"],
    ["a number for a number", item({ N: 1 }), "NUMBER_VALUE cannot be converted to String"],
    ["a text for a list", item({ L: "x" }), "Unexpected field type"],
    ["what is no Base64", item({ B: "x" }), "Base64 encoded length is expected a multiple of 4 bytes but found: 1"],
    ["a word for a boolean", item({ BOOL: "maybe" }), "Unexpected token received from parser"],
  ])("such as %s is refused in AWS's words", async (_, input, message) => {
    expect(await database.refusal("PutItem", input)).toBe(`SerializationException: ${message}`);
  });

  test("and of several wrong values names each", async () => {
    expect(
      await database.refusal("PutItem", { TableName: "items", ReturnValues: "SOME", ReturnConsumedCapacity: "ALL" }),
    ).toBe(
      "ValidationException: 3 validation errors detected: Value null at 'item' failed to satisfy constraint: Member must not be null; " +
        "Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; " +
        "Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]",
    );
  });
});

describe("the parameters before expressions", () => {
  const condition = (Expected: JsonObject, more: JsonObject = {}) => put({ n: { N: "1" } }, { Expected, ...more });

  test.each<[string, JsonObject, JsonObject, boolean]>([
    ["a value", { n: { Value: { N: "1" } } }, {}, true],
    ["another value", { n: { Value: { N: "2" } } }, {}, false],
    ["nothing", { gone: { Exists: false } }, {}, true],
    ["a comparison", { n: { ComparisonOperator: "GT", AttributeValueList: [{ N: "0" }] } }, {}, true],
    ["two, of which both hold", { n: { Value: { N: "1" } }, gone: { ComparisonOperator: "NULL" } }, {}, true],
    ["two, of which one holds", { n: { Value: { N: "2" } }, gone: { Exists: false } }, {}, false],
    ["one of two", { n: { Value: { N: "2" } }, gone: { Exists: false } }, { ConditionalOperator: "OR" }, true],
    [
      "an unlike value of what is missing",
      { gone: { ComparisonOperator: "NE", AttributeValueList: [{ N: "0" }] } },
      {},
      true,
    ],
    [
      "not to contain, of what is missing",
      { gone: { ComparisonOperator: "NOT_CONTAINS", AttributeValueList: [{ S: "x" }] } },
      {},
      false,
    ],
  ])("expect %s", async (_, expected, more, holds) => {
    expect(await put({ n: { N: "1" } })).toBe("none");
    expect(await condition(expected, more)).toBe(
      holds ? "none" : "ConditionalCheckFailedException: The conditional request failed",
    );
  });

  test.each<[JsonObject, JsonObject, string]>([
    [{ n: {} }, {}, "Value must be provided when Exists is null for Attribute: n"],
    [{ n: { Exists: false, Value: { N: "1" } } }, {}, "Value cannot be used when Exists is false for Attribute: n"],
    [
      { n: { ComparisonOperator: "EQ" } },
      {},
      "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: n",
    ],
    [
      { n: { ComparisonOperator: "BETWEEN", AttributeValueList: [{ N: "1" }] } },
      {},
      "Invalid number of argument(s) for the BETWEEN ComparisonOperator",
    ],
    [
      { n: { Exists: false } },
      { ConditionalOperator: "OR" },
      "ConditionalOperator can only be used when Filter or Expected has two or more elements",
    ],
  ])("are refused if they contradict themselves: %j", async (expected, more, message) => {
    expect(await condition(expected, more)).toBe(
      `ValidationException: One or more parameter values were invalid: ${message}`,
    );
  });

  test("change an item as AttributeUpdates does", async () => {
    await put({ n: { N: "1" }, gone: { S: "x" }, words: { SS: ["a", "b"] } });
    const { Attributes } = await database.call("UpdateItem", {
      TableName: "items",
      Key: { id: { S: "1" } },
      AttributeUpdates: {
        n: { Action: "ADD", Value: { N: "2" } },
        gone: { Action: "DELETE" },
        words: { Action: "DELETE", Value: { SS: ["a"] } },
        fresh: { Value: { S: "y" } },
      },
      ReturnValues: "ALL_NEW",
    });
    expect(Attributes).toEqual({ id: { S: "1" }, n: { N: "3" }, words: { SS: ["b"] }, fresh: { S: "y" } });
  });
});

describe("the capacity of a write", () => {
  test("is told for the table and each index that it changes", async () => {
    const write = async (item: JsonObject) =>
      at(
        await database.call("PutItem", {
          TableName: "items",
          Item: { id: { S: "capacity" }, ...item },
          ReturnConsumedCapacity: "INDEXES",
        }),
        "ConsumedCapacity",
      );
    const capacity = (index: number | undefined) => ({
      TableName: "items",
      CapacityUnits: 1 + (index ?? 0),
      Table: { CapacityUnits: 1 },
      ...(index !== undefined && { GlobalSecondaryIndexes: { by_kind: { CapacityUnits: index } } }),
    });
    const kind = (S: string) => ({ kind: { S }, rank: { N: "1" } });
    expect(await write({})).toEqual(capacity(undefined));
    expect(await write(kind("a"))).toEqual(capacity(1));
    expect(await write(kind("a"))).toEqual(capacity(undefined));
    expect(await write({ ...kind("a"), more: { S: "x" } })).toEqual(capacity(1));
    expect(await write(kind("b"))).toEqual(capacity(2));
    expect(await write({})).toEqual(capacity(1));
  });
});

describe("batches", () => {
  test("write all or nothing, and refuse the same item twice", async () => {
    const Put = (id: string) => ({ PutRequest: { Item: { id: { S: id } } } });
    const write = (...items: JsonObject[]) => database.refusal("BatchWriteItem", { RequestItems: { items } });
    expect(await write(Put("b1"), Put("b2"), { DeleteRequest: { Key: { id: { S: "b1" } } } })).toBe(
      "ValidationException: Provided list of item keys contains duplicates",
    );
    expect(await write(Put("b1"), { PutRequest: { Item: { other: { S: "x" } } } })).toBe(
      "ValidationException: The provided key element does not match the schema",
    );
    const get = { RequestItems: { items: { Keys: ["b1", "b2"].map((S) => ({ id: { S } })) } } };
    expect(at(await database.call("BatchGetItem", get), "Responses", "items")).toEqual([]);
    expect(await write(Put("b1"), Put("b2"))).toBe("none");
    expect(at(await database.call("BatchGetItem", get), "Responses", "items")).toHaveLength(2);
  });

  test("read of a partition a megabyte and what goes beyond it, and say which keys are left", async () => {
    const text = { S: "x".repeat(399_000) };
    const keys = Array.from({ length: 10 }, (_, n) => ({ id: { S: `large ${n}` } }));
    for (const key of keys) await database.call("PutItem", { TableName: "items", Item: { ...key, text } });
    const answer = await database.call("BatchGetItem", {
      RequestItems: { items: { Keys: keys, ConsistentRead: true } },
    });
    const found = at(answer, "Responses", "items") as readonly Json[];
    const left = at(answer, "UnprocessedKeys", "items") as JsonObject;
    expect(found).toHaveLength(3);
    expect(left).toEqual({ ConsistentRead: true, Keys: keys.slice(3) });
    expect([
      ...found.map((item) => at(item, "id", "S")),
      ...(left.Keys as readonly Json[]).map((key) => at(key, "id", "S")),
    ]).toEqual(keys.map(({ id }) => id.S));
  });
});
