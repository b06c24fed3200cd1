import { describe, expect, test } from "@jest/globals";
import { matches, patternProblem } from "../../../local/expressions/event-pattern";
import type { JsonObject } from "../../../local/shared/json";

const record = {
  eventName: "MODIFY",
  dynamodb: { NewImage: { kind: { S: "comment" }, count: { N: "5" }, tags: { SS: ["a", "b"] } } },
  userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
};
const image = (attribute: string, type: string, ...values: readonly JsonObject["x"][]) => ({
  dynamodb: { NewImage: { [attribute]: { [type]: values } } },
});

describe("an event matches", () => {
  test.each<[string, JsonObject, boolean]>([
    ["a value of a list", { eventName: ["INSERT", "MODIFY"] }, true],
    ["no value of a list", { eventName: ["REMOVE"] }, false],
    ["all members and not one", { eventName: ["MODIFY"], eventSource: ["aws:dynamodb"] }, false],
    ["a value with the letter of its type", image("kind", "S", "comment"), true],
    ["never a value without the letter", { dynamodb: { NewImage: { kind: ["comment"] } } }, false],
    ["a value of a set", image("tags", "SS", "b"), true],
    ["the text of a number", image("count", "N", "5"), true],
    ["never a number of an item by numeric tests", image("count", "N", { numeric: [">", 1] }), false],
    ["a prefix", image("kind", "S", { prefix: "com" }), true],
    ["a suffix", image("kind", "S", { suffix: "com" }), false],
    ["anything but some values", image("kind", "S", { "anything-but": ["post"] }), true],
    ["anything but those with a prefix", image("kind", "S", { "anything-but": { prefix: "com" } }), false],
    ["what is there", image("kind", "S", { exists: true }), true],
    ["what is not there", image("other", "S", { exists: false }), true],
    ["an absence at an object, always", { dynamodb: { NewImage: { kind: [{ exists: false }] } } }, true],
    ["expired items", { userIdentity: { type: ["Service"] } }, true],
    ["no null where there is a value", { eventName: [null] }, false],
    ["a text in other letters", { eventName: [{ "equals-ignore-case": "modify" }] }, true],
  ])("%s", (_what, pattern, expected) => {
    expect(matches(pattern, record)).toBe(expected);
  });

  test("numbers of JSON by numeric tests", () => {
    const pattern = { n: [{ numeric: [">", 1, "<=", 5] }] };
    expect([1, 2, 5, 6, "3"].map((n) => matches(pattern, { n }))).toEqual([false, true, true, false, false]);
  });
});

test.each<[JsonObject, string | undefined]>([
  [{ eventName: ["INSERT"] }, undefined],
  [{ eventName: "INSERT" }, 'has neither a list of values nor an object at "eventName"'],
  [{ eventName: [] }, 'has neither a list of values nor an object at "eventName"'],
  [{ $or: [{ a: ["b"] }] }, 'has "$or", which is not emulated'],
  [{ a: { b: [{ cidr: "10.0.0.0/8" }] } }, 'has {"cidr":"10.0.0.0/8"} at "b", which is not emulated'],
  [{ a: [{ numeric: ["~", 1] }] }, 'has {"numeric":["~",1]} at "a", which is not emulated'],
  [{ a: ["x".repeat(4100)] }, "is longer than 4096 characters"],
])("a pattern that is not emulated is refused: %j", (pattern, problem) => {
  expect(patternProblem(pattern)).toBe(problem);
});
