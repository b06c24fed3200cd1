import { describe, expect, test } from "@jest/globals";
import { readPolicy, type Statement } from "../../../review/policy/document";
import { widening } from "../../../review/policy/widening";

type Part = Readonly<Record<string, unknown>>;
const allow = (part: Part): Part => ({
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::b/*",
  ...part,
});

function policy(...statements: readonly Part[]): Statement[] {
  const read = readPolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
  if (!read) throw new Error("not a policy");
  return read;
}
const isWider = (before: readonly Part[], after: readonly Part[]): boolean => {
  const { allowed, noLongerDenied } = widening(policy(...before), policy(...after));
  return allowed.length + noLongerDenied.length > 0;
};

const ip = (operator: string, ...values: readonly string[]) => ({
  Condition: { [operator]: { "aws:SourceIp": values } },
});
const org = (operator: string, ...values: readonly string[]) => ({
  Condition: { [operator]: { "aws:PrincipalOrgID": values } },
});

describe("a policy is wider", () => {
  test.each<[string, Part[], Part[]]>([
    ["with one action more", [allow({})], [allow({ Action: ["s3:GetObject", "s3:PutObject"] })]],
    ["with a pattern of actions", [allow({})], [allow({ Action: "s3:Get*" })]],
    ["with a shorter prefix of resources", [allow({})], [allow({ Resource: "arn:aws:s3:::*" })]],
    [
      "with another principal",
      [allow({ Principal: { AWS: "111111111111" } })],
      [allow({ Principal: { AWS: "222222222222" } })],
    ],
    ["with everybody", [allow({ Principal: { AWS: "111111111111" } })], [allow({ Principal: "*" })]],
    ["when a condition is dropped", [allow(ip("IpAddress", "10.0.0.0/8"))], [allow({})]],
    ["when a value joins a condition", [allow(org("StringEquals", "o-1"))], [allow(org("StringEquals", "o-1", "o-2"))]],
    [
      "when a value leaves a negated condition",
      [allow(org("StringNotEquals", "o-1", "o-2"))],
      [allow(org("StringNotEquals", "o-1"))],
    ],
    ["when StringEquals becomes StringLike", [allow(org("StringEquals", "o-1"))], [allow(org("StringLike", "o-*"))]],
    ["when IfExists is added", [allow(org("StringEquals", "o-1"))], [allow(org("StringEqualsIfExists", "o-1"))]],
    ["when a denial goes", [allow({}), { ...allow({}), Effect: "Deny", Action: "s3:Put*" }], [allow({})]],
    [
      "when a denial gets a condition",
      [{ ...allow({}), Effect: "Deny" }],
      [{ ...allow({}), Effect: "Deny", ...ip("IpAddress", "10.0.0.0/8") }],
    ],
    ["with NotAction", [allow({})], [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }]],
    ["with NotResource", [allow({})], [{ Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::c/*" }]],
  ])("%s", (_, before, after) => {
    expect(isWider(before, after)).toBe(true);
  });
});

describe("a policy is not wider", () => {
  test.each<[string, Part[], Part[]]>([
    [
      "in another order",
      [allow({}), allow({ Action: "s3:PutObject" })],
      [allow({ Action: "s3:PutObject" }), allow({})],
    ],
    [
      "with one value instead of a list of one",
      [allow({ Action: ["s3:GetObject"] })],
      [allow({ Action: "s3:GetObject" })],
    ],
    ["with a statement's id", [allow({})], [allow({ Sid: "Read" })]],
    ["in another case of its actions", [allow({})], [allow({ Action: "S3:getobject" })]],
    [
      "with an account as its root user",
      [allow({ Principal: { AWS: "111111111111" } })],
      [allow({ Principal: { AWS: "arn:aws:iam::111111111111:root" } })],
    ],
    ["with everybody spelt otherwise", [allow({ Principal: "*" })], [allow({ Principal: { AWS: "*" } })]],
    ["with one condition more", [allow({})], [allow(ip("IpAddress", "10.0.0.0/8"))]],
    [
      "with a value fewer in a condition",
      [allow(org("StringEquals", "o-1", "o-2"))],
      [allow(org("StringEquals", "o-1"))],
    ],
    [
      "when StringLike becomes an equal that it matches",
      [allow(org("StringLike", "o-*"))],
      [allow(org("StringEquals", "o-1"))],
    ],
    ["when a denial joins", [allow({})], [allow({}), { ...allow({}), Effect: "Deny", Action: "s3:Put*" }]],
    [
      "when a pattern is split into what it covers",
      [allow({ Action: "s3:*" })],
      [allow({ Action: ["s3:Get*", "s3:PutObject"] })],
    ],
    [
      "with the same NotAction",
      [allow({ Action: undefined, NotAction: "iam:*" })],
      [allow({ Action: undefined, NotAction: "iam:*" })],
    ],
  ])("%s", (_, before, after) => {
    expect(isWider(before, after)).toBe(false);
  });
});

test("a text that is no policy is not read", () => {
  for (const text of ["", "{", "[]", '"x"', "{}"]) expect(readPolicy(text)).toBeUndefined();
});
