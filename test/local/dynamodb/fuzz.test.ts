import fs from "node:fs";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { services } from "../../../local/dynamodb/operations/operations";
import type { Json, JsonObject } from "../../../local/shared/json";
import { createTable, openDatabase } from "./database";

// FUZZ_MINUTES=10 npx jest test/local/dynamodb/fuzz: as long as that instead of so many cases, with another seed each
// time, which is printed if something is found.
const minutes = Number(process.env.FUZZ_MINUTES ?? 0);
const CASES = 1500;
/** What one request may keep the processor busy, in milliseconds. Only the long run looks: it has the machine. */
const LONGEST = 100;

const name = fc.constantFrom("a", "b.c", "d[0]", "d[1].e", "#n", "#undefined", "id", "kind", "toString", "AND", "size");
const value = fc.constantFrom(":s", ":n", ":l", ":m", ":set", ":b", ":undefined");
const token = fc.oneof(
  name,
  value,
  fc.constantFrom(..."( ) [ ] , . = <> < <= > >= + - AND OR NOT BETWEEN IN SET REMOVE ADD DELETE ! é 9".split(" ")),
  fc.constantFrom(
    "attribute_exists(",
    "attribute_type(",
    "begins_with(",
    "contains(",
    "size(",
    "if_not_exists(",
    "list_append(",
  ),
);
const { condition } = fc.letrec<{ operand: string; condition: string }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 3 },
    name,
    value,
    tie("operand").map((operand) => `size(${operand})`),
  ),
  condition: fc.oneof(
    { maxDepth: 5 },
    fc.tuple(tie("operand"), fc.constantFrom("=", "<>", "<", ">="), tie("operand")).map((parts) => parts.join(" ")),
    fc.tuple(tie("operand"), tie("operand"), tie("operand")).map(([a, b, c]) => `${a} BETWEEN ${b} AND ${c}`),
    fc
      .tuple(tie("operand"), fc.array(tie("operand"), { minLength: 1, maxLength: 3 }))
      .map(([a, list]) => `${a} IN (${list})`),
    fc
      .tuple(fc.constantFrom("begins_with", "contains", "attribute_type"), tie("operand"), tie("operand"))
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.tuple(fc.constantFrom("attribute_exists", "attribute_not_exists"), tie("operand")).map(([f, a]) => `${f}(${a})`),
    fc.tuple(tie("condition"), fc.constantFrom("AND", "OR"), tie("condition")).map(([a, op, b]) => `(${a}) ${op} ${b}`),
    tie("condition").map((inner) => `NOT ${inner}`),
  ),
}));
const update = fc
  .array(
    fc.oneof(
      fc
        .tuple(name, fc.oneof(name, value), fc.constantFrom("", " + :n", " - a"))
        .map(([path, to, sum]) => `SET ${path} = ${to}${sum}`),
      fc.tuple(name, name, value).map(([path, from, to]) => `SET ${path} = if_not_exists(${from}, ${to})`),
      name.map((path) => `REMOVE ${path}`),
      fc.tuple(fc.constantFrom("ADD", "DELETE"), name, value).map((parts) => parts.join(" ")),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(" "));
const tokens = fc.array(token, { maxLength: 12 }).map((parts) => parts.join(" "));
const expression = fc.oneof(
  { weight: 4, arbitrary: condition },
  { weight: 2, arbitrary: update },
  { weight: 1, arbitrary: tokens },
);

const ExpressionAttributeNames = { "#n": "n" };
const ExpressionAttributeValues = {
  ":s": { S: "a" },
  ":n": { N: "1" },
  ":l": { L: [{ S: "a" }] },
  ":m": { M: { c: { S: "a" } } },
  ":set": { SS: ["a", "b"] },
  ":b": { B: "AQ==" },
};
const Key = { id: { S: "1" } };
const Item = {
  ...Key,
  a: { N: "1" },
  b: { M: { c: { S: "abc" } } },
  d: { L: [{ S: "a" }, { M: { e: { BOOL: true } } }] },
  n: { SS: ["a"] },
  kind: { S: "k" },
};
const TableName = "items";
/** The placeholders that an expression uses, so that unused ones are not all that is ever refused. */
function placeholders(text: string): JsonObject {
  const used = <T extends object>(all: T) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => text.includes(key)));
  const [names, values] = [used(ExpressionAttributeNames), used(ExpressionAttributeValues)];
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
/** Requests that would be right if the expression were. */
const requests: Record<string, (text: string) => JsonObject> = {
  PutItem: (text) => ({ TableName, Item, ConditionExpression: text, ...placeholders(text) }),
  DeleteItem: (text) => ({ TableName, Key, ConditionExpression: text, ...placeholders(text) }),
  UpdateItem: (text) => ({
    TableName,
    Key,
    UpdateExpression: text,
    ...placeholders(text),
    ReturnValues: "UPDATED_NEW",
  }),
  GetItem: (text) => ({ TableName, Key, ProjectionExpression: text, ...placeholders(text) }),
  Scan: (text) => ({ TableName, FilterExpression: text, ...placeholders(text), IndexName: "by_kind" }),
  Query: (text) => ({ TableName, KeyConditionExpression: text, ...placeholders(text) }),
  BatchGetItem: () => ({ RequestItems: { items: { Keys: [Key] } } }),
  BatchWriteItem: () => ({ RequestItems: { items: [{ PutRequest: { Item } }] } }),
  TransactGetItems: () => ({ TransactItems: [{ Get: { TableName, Key } }] }),
  TransactWriteItems: (text) => ({
    TransactItems: [{ ConditionCheck: { TableName, Key, ConditionExpression: text, ...placeholders(text) } }],
    ClientRequestToken: "token",
  }),
  DescribeTable: () => ({ TableName }),
  UpdateTimeToLive: () => ({ TableName: "other", TimeToLiveSpecification: { AttributeName: "t", Enabled: true } }),
  UpdateTable: () => ({ TableName: "other", BillingMode: "PAY_PER_REQUEST" }),
  ListTables: () => ({ Limit: 1 }),
  GetRecords: () => ({ ShardIterator: "x" }),
  GetShardIterator: () => ({ StreamArn: "arn", ShardId: "x".repeat(30), ShardIteratorType: "LATEST" }),
};

const scrap: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    true,
    "",
    "x",
    0,
    -1,
    1.5,
    1e308,
    [],
    {},
    { S: "x" },
    { N: "1e999" },
    { L: [{ M: {} }] },
  ),
  fc.json({ maxDepth: 3 }).map((json): Json => JSON.parse(json)),
  fc.constantFrom<Json[]>(JSON.parse('{"__proto__":{"S":"x"}}'), JSON.parse('{"constructor":{"N":"1"},"B":"AQ=="}')),
);
/** A request in which something, anywhere, is something else. */
function broken(request: Json, path: readonly number[], by: Json): Json {
  const [first, ...rest] = path;
  if (first === undefined || typeof request !== "object" || request === null) return by;
  const keys = Object.keys(request);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const copy: Record<string, Json> | Json[] = Array.isArray(request) ? [...request] : { ...(request as JsonObject) };
  Reflect.set(copy, key, broken(Reflect.get(request, key), rest, by));
  return copy;
}
const request = fc
  .record({
    operation: fc.constantFrom(...Object.keys(requests)),
    text: expression,
    breaks: fc.boolean(),
    path: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 }),
    by: scrap,
  })
  .map(({ operation, text, breaks, path, by }): readonly [string, Json] => {
    const right = requests[operation]?.(text) ?? {};
    return [operation, breaks ? broken(right, path, by) : right];
  });

test(
  "whatever is asked is answered or refused, and nothing else happens",
  async () => {
    const database = await openDatabase();
    await createTable(database, "items", ["id:S"], { by_kind: ["kind:S"] });
    await createTable(database, "other", ["id:S"]);
    await database.call("PutItem", { TableName, Item });
    const known = services.flatMap(({ operations }) => [...operations.keys()]);
    expect(Object.keys(requests).every((operation) => known.includes(operation))).toBe(true);
    let [answered, refused] = [0, 0];
    const property = fc.asyncProperty(request, async ([operation, input]) => {
      if (typeof input !== "object" || input === null || Array.isArray(input)) return;
      const before = process.cpuUsage();
      // Anything but an answer or a DynamoDbError is thrown here.
      if ((await database.refusal(operation, input as JsonObject)) === "none") answered++;
      else refused++;
      const { user, system } = process.cpuUsage(before);
      if (minutes > 0) expect((user + system) / 1000).toBeLessThan(LONGEST);
    });
    await fc.assert(
      property,
      minutes > 0
        ? { numRuns: Number.POSITIVE_INFINITY, interruptAfterTimeLimit: minutes * 60_000, endOnFailure: true }
        : { numRuns: CASES, seed: 7, endOnFailure: true },
    );
    expect(answered).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
    expect(database.hints).toEqual([]);
    await database.close();
    fs.rmSync(database.folder, { recursive: true });
  },
  (minutes + 1) * 60_000,
);
