import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Decision, patternOf, readPolicy, union } from "../../../local/iam/policy";

const TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/posts";
const policyOf = (...statements: object[]) =>
  readPolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), "aws_iam_role_policy.api");
const allow = (Action: unknown, Resource: unknown) => ({ Effect: "Allow", Action, Resource });

describe("a policy", () => {
  const policy = policyOf(
    allow(["dynamodb:PutItem", "dynamodb:GetItem"], [TABLE]),
    allow("dynamodb:Query", [TABLE, `${TABLE}/index/by_creation`]),
    allow("execute-api:ManageConnections", "arn:aws:execute-api:eu-west-1:111122223333:abc/dev/POST/@connections/*"),
  );

  test("allows the actions it names on the resources it names", () => {
    expect(policy.allows("dynamodb:PutItem", TABLE)).toBe(true);
    expect(policy.allows("dynamodb:Query", `${TABLE}/index/by_creation`)).toBe(true);
  });

  test("allows nothing else: no other action, no other resource, no other pairing of the two", () => {
    expect(policy.allows("dynamodb:Scan", TABLE)).toBe(false);
    expect(policy.allows("dynamodb:PutItem", `${TABLE}2`)).toBe(false);
    expect(policy.allows("dynamodb:PutItem", `${TABLE}/index/by_creation`)).toBe(false);
  });

  test("reads actions without regard to case, as IAM does, and resources with it", () => {
    expect(policy.allows("dynamodb:putitem", TABLE)).toBe(true);
    expect(policy.allows("dynamodb:PutItem", TABLE.toUpperCase())).toBe(false);
  });

  test("takes * in a resource for any characters and ? for one", () => {
    const connections = "arn:aws:execute-api:eu-west-1:111122223333:abc/dev/POST/@connections";
    expect(policy.allows("execute-api:ManageConnections", `${connections}/L0SM9cOFvHcCIhw=`)).toBe(true);
    expect(policy.allows("execute-api:ManageConnections", connections)).toBe(false);
    expect(patternOf("arn:a?c").test("arn:abc")).toBe(true);
    expect(patternOf("arn:a?c").test("arn:abbc")).toBe(false);
  });

  test("takes every other character of a resource for itself", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const literal = text.replace(/[*?]/g, "");
        expect(patternOf(literal).test(literal)).toBe(true);
        expect(patternOf(literal).test(`${literal}x`)).toBe(false);
      }),
    );
  });

  test("of several policies allows what any of them allows", () => {
    const both = union([policyOf(allow("a:B", "x")), policyOf(allow("c:D", "y"))]);
    expect([both.allows("a:B", "x"), both.allows("c:D", "y"), both.allows("a:B", "y")]).toEqual([true, true, false]);
    expect(union([]).allows("a:B", "x")).toBe(false);
  });
});

describe("the decisions of a policy", () => {
  const decisions: Decision[] = [];
  const grant = (action: string, resource: string) => ({ source: "aws_iam_role_policy.api", action, resource });
  const policy = union([policyOf(allow(["a:B", "a:C"], ["x", "y*"])), policyOf(allow("a:B", "*"))], (decision) =>
    decisions.push(decision),
  );

  test("name the first grant that allows the action, and none for a denial", () => {
    policy.allows("a:B", "x");
    policy.allows("a:b", "yz");
    policy.allows("a:D", "x");
    expect(decisions).toEqual([
      { action: "a:B", resource: "x", grant: grant("a:B", "x") },
      { action: "a:b", resource: "yz", grant: grant("a:B", "y*") },
      { action: "a:D", resource: "x", grant: undefined },
    ]);
  });

  test("are about the grants that it lists: each action of a statement on each of its resources", () => {
    expect(policy.grants).toEqual([
      ...[grant("a:B", "x"), grant("a:B", "y*"), grant("a:C", "x"), grant("a:C", "y*"), grant("a:B", "*")],
    ]);
  });
});

describe("reading a policy", () => {
  test.each([
    ["a denial", { Effect: "Deny", Action: "a:B", Resource: "x" }, 'the effect "Deny" in a policy is not emulated.'],
    ["a condition", { ...allow("a:B", "x"), Condition: {} }, '"Condition" in a policy is not emulated.'],
    ["NotAction", { Effect: "Allow", NotAction: "a:B", Resource: "x" }, '"NotAction" in a policy is not emulated.'],
    ["NotResource", { Effect: "Allow", Action: "a:B", NotResource: "x" }, '"NotResource" in a policy is not emulated.'],
    [
      "an action with a wildcard",
      allow("dynamodb:*", "x"),
      'the action "dynamodb:*" is not emulated: name one action exactly.',
    ],
    [
      "a statement without a resource",
      { Effect: "Allow", Action: "a:B" },
      "a statement of the policy has no Resource.",
    ],
    ["a statement without an action", { Effect: "Allow", Resource: "x" }, "a statement of the policy has no Action."],
  ])("refuses %s", (_, statement, message) => {
    expect(() => policyOf(statement)).toThrow(`aws_iam_role_policy.api: ${message}`);
  });

  test("refuses text that is no JSON object", () => {
    expect(() => readPolicy("[]", "here")).toThrow("here: the policy is not a JSON object.");
    expect(() => readPolicy("{", "here")).toThrow("here: the policy is not a JSON object.");
  });
});
