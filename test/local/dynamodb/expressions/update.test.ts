import fs from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { JsonObject } from "../../../../local/shared/json";
import { at, createTable, type Database, openDatabase } from "../database";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
  await createTable(database, "items", ["id:S"], { by_kind: ["kind:S"] });
});
afterAll(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
});

const values: JsonObject = {
  ":one": { N: "1" },
  ":five": { N: "5" },
  ":x": { S: "x" },
  ":y": { S: "y" },
  ":list": { L: [{ S: "new" }] },
  ":set": { SS: ["b", "c"] },
  ":abc": { SS: ["a", "b", "c"] },
};
const texts = (...members: string[]) => ({ L: members.map((S) => ({ S })) });
const start: JsonObject = {
  n: { N: "10" },
  seq: texts("a", "b", "c", "d"),
  doc: { M: { k: { S: "v" }, deep: { L: [{ M: { n: { N: "1" } } }] } } },
  set: { SS: ["a", "b"] },
};

function request(UpdateExpression: string, more: JsonObject = {}): JsonObject {
  const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(UpdateExpression));
  return {
    TableName: "items",
    Key: { id: { S: "1" } },
    UpdateExpression,
    ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
    ...more,
  };
}

async function updated(expression: string, more: JsonObject = {}, from: JsonObject | undefined = start) {
  await database.call("DeleteItem", { TableName: "items", Key: { id: { S: "1" } } });
  if (from) await database.call("PutItem", { TableName: "items", Item: { id: { S: "1" }, ...from } });
  return database.call("UpdateItem", request(expression, more));
}
const stored = async () => at(await database.call("GetItem", { TableName: "items", Key: { id: { S: "1" } } }), "Item");

describe("an update", () => {
  test.each<[string, JsonObject]>([
    ["SET a = :x, b = n", { a: { S: "x" }, b: { N: "10" } }],
    ["SET n = n + :five", { n: { N: "15" } }],
    ["SET n = :one - n", { n: { N: "-9" } }],
    ["SET a = n, n = :one", { a: { N: "10" }, n: { N: "1" } }],
    ["SET a = if_not_exists(gone, :x), n = if_not_exists(n, :x)", { a: { S: "x" } }],
    ["SET n = if_not_exists(gone, :five) + :one", { n: { N: "6" } }],
    ["SET seq = list_append(seq, :list)", { seq: texts("a", "b", "c", "d", "new") }],
    ["SET seq = list_append(:list, if_not_exists(gone, :list))", { seq: texts("new", "new") }],
    ["SET seq[1] = :x, seq[9] = :y, seq[7] = :x", { seq: texts("a", "x", "c", "d", "x", "y") }],
    ["REMOVE seq[1] SET seq[3] = :x", { seq: texts("a", "c", "x") }],
    ["REMOVE seq[0], seq[2], seq[9]", { seq: texts("b", "d") }],
    [
      "SET doc.deep[0].n = :five, doc.more = :x",
      { doc: { M: { k: { S: "v" }, deep: { L: [{ M: { n: { N: "5" } } }] }, more: { S: "x" } } } },
    ],
    ["REMOVE doc.k, gone", { doc: { M: { deep: { L: [{ M: { n: { N: "1" } } }] } } } }],
    ["ADD n :five, fresh :one, #s :set", { n: { N: "15" }, fresh: { N: "1" }, set: { SS: ["a", "b", "c"] } }],
    ["DELETE #s :set", { set: { SS: ["a"] } }],
    ["set a = :x remove n", { a: { S: "x" } }],
  ])("%s", async (expression, changes) => {
    const names = expression.includes("#s") ? { ExpressionAttributeNames: { "#s": "set" } } : {};
    const { Attributes } = await updated(expression, { ...names, ReturnValues: "ALL_NEW" });
    const { n, ...rest } = start;
    const expected = { id: { S: "1" }, ...(expression.includes("remove n") ? rest : start), ...changes };
    expect(n).toBeDefined();
    expect(Attributes).toEqual(expected);
    expect(await stored()).toEqual(expected);
  });

  test("takes the last member of a set with the set", async () => {
    await updated("DELETE #s :abc", { ExpressionAttributeNames: { "#s": "set" } });
    expect(at(await stored(), "set")).toBeUndefined();
  });

  test.each<[string, boolean]>([
    ["REMOVE a", false],
    ["DELETE #s :set", false],
    ["SET a = :x", true],
    ["ADD n :one", true],
    ["REMOVE b SET a = :x", true],
  ])("%s of an item that is not there makes one: %s", async (expression, makes) => {
    const names = expression.includes("#s") ? { ExpressionAttributeNames: { "#s": "set" } } : {};
    await database.call("DeleteItem", { TableName: "items", Key: { id: { S: "1" } } });
    await database.call("UpdateItem", request(expression, names));
    expect((await stored()) !== undefined).toBe(makes);
  });

  test.each([
    ["UPDATED_NEW", "SET a = :x, doc.k = :y", { a: { S: "x" }, doc: { M: { k: { S: "y" } } } }],
    ["UPDATED_OLD", "SET a = :x, doc.k = :y", { doc: { M: { k: { S: "v" } } } }],
    ["UPDATED_NEW", "SET seq[1] = :x", { seq: texts("x") }],
    ["UPDATED_NEW", "REMOVE n", undefined],
    ["UPDATED_OLD", "REMOVE n", { n: { N: "10" } }],
    ["NONE", "SET a = :x", undefined],
  ])("answers %s of %s", async (ReturnValues, expression, attributes) => {
    expect((await updated(expression, { ReturnValues })).Attributes).toEqual(attributes);
  });

  test.each([
    ["SET a = gone", "The provided expression refers to an attribute that does not exist in the item"],
    ["SET n = doc + :one", "An operand in the update expression has an incorrect data type"],
    ["SET gone.k = :x", "The document path provided in the update expression is invalid for update"],
    ["SET seq.k = :x", "The document path provided in the update expression is invalid for update"],
    ["SET doc[0] = :x", "The document path provided in the update expression is invalid for update"],
    ["REMOVE gone.k", "The document path provided in the update expression is invalid for update"],
    ["ADD seq :one", "An operand in the update expression has an incorrect data type"],
    [
      "SET id = :x",
      "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
    ],
    [
      "SET kind.a = :x",
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: kind",
    ],
    [
      "SET kind = :one",
      "One or more parameter values were invalid: Type mismatch for Index Key kind Expected: S Actual: N IndexName: by_kind",
    ],
    [
      "SET a = :x, a.b = :y",
      "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
    ],
    [
      "SET a.b = :x REMOVE a[0]",
      "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
    ],
    [
      "SET a = :x SET b = :x",
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      "ADD a :x",
      "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
    ],
    [
      "SET a = list_append(seq, :x)",
      "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: list_append, operand type: S",
    ],
    ["SET a = :one + :one + :one", 'Invalid UpdateExpression: Syntax error; token: "+", near: ":one + :one"'],
    ["SET a", 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "a"'],
  ])("%s is refused: %s", async (expression, message) => {
    await expect(updated(expression)).rejects.toThrow(message);
    expect(await stored()).toEqual({ id: { S: "1" }, ...start });
  });

  test("of a number that would not fit is refused", async () => {
    await expect(updated("SET n = n + :one", {}, { n: { N: `9E+37` } })).resolves.toBeDefined();
    await expect(updated("SET n = n + :one", {}, { n: { N: "1E+40" } })).rejects.toThrow("Number overflow");
  });

  test("may not make an item larger than 400 KB", async () => {
    const large = { S: "x".repeat(399 * 1024) };
    const more = { ExpressionAttributeValues: { ":large": { S: "x".repeat(2 * 1024) } } };
    await expect(updated("SET a = :large", more, { large })).rejects.toThrow(
      "Item size to update has exceeded the maximum allowed size",
    );
  });
});
