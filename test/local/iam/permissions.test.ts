import { expect, test } from "@jest/globals";
import { denial } from "../../../local/iam/permissions";
import { readPolicy } from "../../../local/iam/policy";

const policy = readPolicy(
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: ["a:Read", "a:Write"], Resource: "arn:one" }] }),
  "test",
);
const identity = { arn: "arn:aws:sts::000000000000:assumed-role/api/api", userId: "AROA:api", policy };
const read = { action: "a:Read", resource: "arn:one" };

test("a function may do what its policy allows", () => {
  expect(denial(identity, [read, { action: "a:Write", resource: "arn:one" }])).toBeUndefined();
});

test("a function that lacks one permission of several is told the first", () => {
  const lacking = { action: "a:Write", resource: "arn:two" };
  expect(denial(identity, [read, lacking, { action: "a:Delete", resource: "arn:one" }])).toBe(
    "User: arn:aws:sts::000000000000:assumed-role/api/api is not authorized to perform: a:Write on resource: arn:two " +
      "because no identity-based policy allows the a:Write action",
  );
});

test("the developer may do everything", () => {
  expect(denial({ ...identity, policy: undefined }, [{ action: "a:Delete", resource: "*" }])).toBeUndefined();
});
