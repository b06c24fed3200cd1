import fs from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { JsonObject } from "../../../../local/shared/json";
import { at, createTable, type Database, openDatabase } from "../database";

let database: Database;
const item: JsonObject = {
  id: { S: "1" },
  one: { N: "1" },
  ten: { N: "10" },
  txt: { S: "abc" },
  blank: { S: "" },
  off: { BOOL: false },
  nil: { NULL: true },
  bytes: { B: "AQID" },
  words: { SS: ["a", "b"] },
  numbers: { NS: ["1", "2"] },
  seq: { L: [{ S: "a" }, { BOOL: false }, { L: [{ N: "1" }] }, { M: { k: { S: "v" } } }] },
  doc: { M: { k: { S: "v" }, n: { L: [{ N: "5" }] } } },
};
beforeAll(async () => {
  database = await openDatabase();
  await createTable(database, "items", ["id:S"]);
  await database.call("PutItem", { TableName: "items", Item: item });
});
afterAll(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
});

const values: JsonObject = {
  ":one": { N: "1.0" },
  ":two": { N: "2" },
  ":nine": { N: "9" },
  ":a": { S: "a" },
  ":ab": { S: "ab" },
  ":empty": { S: "" },
  ":false": { BOOL: false },
  ":true": { BOOL: true },
  ":null": { NULL: true },
  ":bytes": { B: "AQI=" },
  ":words": { SS: ["b", "a"] },
  ":list": { L: [{ S: "a" }, { BOOL: false }, { L: [{ N: "1" }] }, { M: { k: { S: "v" } } }] },
  ":map": { M: { n: { L: [{ N: "5" }] }, k: { S: "v" } } },
  ":inner": { M: { k: { S: "v" } } },
  ":L": { S: "L" },
  ":BOOL": { S: "BOOL" },
};

/** The parameters of a request with the values that its expression uses. */
function using(expression: string): JsonObject {
  const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(expression));
  return used.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(used) } : {};
}

async function holds(FilterExpression: string): Promise<boolean> {
  const answer = await database.call("Scan", { TableName: "items", FilterExpression, ...using(FilterExpression) });
  return at(answer, "Count") === 1;
}
const refusal = (FilterExpression: string) =>
  database.refusal("Scan", { TableName: "items", FilterExpression, ...using(FilterExpression) });

describe("a condition that holds", () => {
  test.each([
    "one = :one",
    "seq = :list",
    "doc = :map",
    "words = :words",
    "off = :false",
    "blank = :empty",
    "nil = :null",
    "seq[3] = :inner",
    "one < ten",
    "ten > :nine",
    "one <> lost",
    "lost <> gone",
    "seq <> doc",
    "one BETWEEN :one AND :two",
    "seq IN (lost, :list)",
    "off IN (:true, :false)",
    "blank IN (:a, :empty)",
    "attribute_type(seq, :L)",
    "attribute_type(off, :BOOL)",
    "attribute_exists(doc.n[0])",
    "attribute_not_exists(doc.n[1])",
    "begins_with(txt, :ab)",
    "begins_with(bytes, :bytes)",
    "contains(txt, :ab)",
    "contains(seq, :false)",
    "contains(seq, :inner)",
    "contains(words, :a)",
    "contains(numbers, :one)",
    "size(words) = :two",
    "size(doc) = :two",
    "size(txt) > size(numbers)",
    "NOT lost = gone",
    "NOT NOT one = :one",
    "one = :two OR off = :false AND NOT ten = :nine",
    "(one = :two OR off = :false) AND one = :one",
    "(one) = (:one)",
  ])("%s", async (expression) => {
    expect(await holds(expression)).toBe(true);
  });
});

describe("a condition that does not hold", () => {
  test.each([
    "lost = gone",
    "lost = :a",
    "one = :a",
    "one < txt",
    "seq < doc",
    "lost < :one",
    "lost BETWEEN :one AND :two",
    ":one BETWEEN lost AND gone",
    "ten IN (lost, :one)",
    "begins_with(lost, gone)",
    "begins_with(one, txt)",
    "contains(lost, :a)",
    "contains(off, :false)",
    "contains(doc, :inner)",
    "contains(one, :one)",
    "size(one) = :one",
    "size(lost) = :one",
    "attribute_exists(toString)",
    "attribute_exists(#proto)",
    "one = :one AND one = :two",
  ])("%s", async (expression) => {
    if (expression.includes("#proto")) {
      const answer = await database.call("Scan", {
        TableName: "items",
        FilterExpression: expression,
        ExpressionAttributeNames: { "#proto": "__proto__" },
      });
      return expect(at(answer, "Count")).toBe(0);
    }
    expect(await holds(expression)).toBe(false);
  });
});

describe("an expression that is refused, in AWS's words", () => {
  test.each([
    ["", "The expression can not be empty;"],
    ["one =", 'Syntax error; token: "<EOF>", near: "="'],
    ["one = = :one", 'Syntax error; token: "=", near: "= = :one"'],
    ["one ! :one", 'Syntax error; token: "!", near: "one ! :one"'],
    ["one", 'Syntax error; token: "<EOF>", near: "one"'],
    ["AND one = :one", 'Syntax error; token: "AND", near: "AND one"'],
    ["((one = :one))", "The expression has redundant parentheses;"],
    ["name = :one", "Attribute name is a reserved keyword; reserved keyword: name"],
    ["size(one)", "The function is not allowed to be used this way in an expression; function: size"],
    [
      "one = attribute_exists(txt)",
      "The function is not allowed to be used this way in an expression; function: attribute_exists",
    ],
    ["length(one) = :one", "Invalid function name; function: length"],
    [
      "begins_with(txt)",
      "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
    ],
    [
      "begins_with(txt, :one)",
      "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
    ],
    [
      "attribute_type(txt, :a)",
      "Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    ],
    ["attribute_exists(:a)", "Operator or function requires a document path; operator or function: attribute_exists"],
    ["one = #gone", "An expression attribute name used in the document path is not defined; attribute name: #gone"],
    ["one = :gone", "An expression attribute value used in expression is not defined; attribute value: :gone"],
    [
      "one BETWEEN :two AND :one",
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
    ],
    [
      "one BETWEEN :a AND :one",
      "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}",
    ],
    [
      "one = one",
      "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [one]",
    ],
    ["one < :true", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"],
  ])("%j", async (expression, message) => {
    expect(await refusal(expression)).toBe(`ValidationException: Invalid FilterExpression: ${message}`);
  });

  test.each([
    [
      "names",
      { ExpressionAttributeNames: { "#n": "x" } },
      "ExpressionAttributeNames unused in expressions: keys: {#n}",
    ],
    [
      "values",
      { ExpressionAttributeValues: { ":v": { S: "x" } } },
      "ExpressionAttributeValues unused in expressions: keys: {:v}",
    ],
  ])("since it leaves %s unused", async (_, more, message) => {
    expect(
      await database.refusal("Scan", { TableName: "items", FilterExpression: "attribute_exists(id)", ...more }),
    ).toBe(`ValidationException: Value provided in ${message}`);
  });
});

describe("the limits of an expression", () => {
  const MOST = 4096;

  test("are 4 KB", async () => {
    const spaces = (count: number) => `one = ${" ".repeat(count)}:one`;
    expect(await holds(spaces(MOST - 10))).toBe(true);
    expect(await refusal(spaces(MOST - 9))).toBe(
      "ValidationException: Invalid FilterExpression: Expression size has exceeded the maximum allowed size; expression size: 4097",
    );
  });

  test("are 300 operators", async () => {
    const nested = (depth: number) => `one<ten ${"or (one<ten ".repeat(depth)}${")".repeat(depth)}`;
    expect(await holds(nested(149))).toBe(true);
    expect(await refusal(nested(150))).toBe(
      "ValidationException: Invalid FilterExpression: The expression contains too many operators; operator count: 301",
    );
    expect(await refusal(`${"not ".repeat(301)}one=:one`)).toContain("operator count: 301");
  });

  test.each([
    ["(", "("],
    ["((…))", `${"(".repeat(2040)}one<ten${")".repeat(2040)}`],
    ["((((", "(".repeat(MOST)],
    ["f(f(f(…", `one < ${"f(".repeat(1350)}ten${")".repeat(1350)}`],
    ["size(size(…", `one < ${"size(".repeat(680)}ten${")".repeat(680)}`],
    ["a.a.a.…", `${"a.".repeat(2000)}a = :one`],
    ["a[0][0]…", `a${"[0]".repeat(1300)} = :one`],
    ["a, a, a, …", `one IN (${"a,".repeat(2000)}a)`],
  ])("keep %s from taking long or too deep a stack", async (_, expression) => {
    expect(await refusal(expression)).toMatch(/^ValidationException: Invalid FilterExpression: /);
  });
});
