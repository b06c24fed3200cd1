import { describe, expect, test } from "@jest/globals";
import { access, policyOf, variablesOf } from "../../../stacks/constructs/access";

const read = { actions: ["dynamodb:GetItem"], resources: ["arn:posts"] };
const list = { actions: ["dynamodb:Query"], resources: ["arn:posts", "arn:posts/index/by_creation"] };

test("an access holds one variable and what may be done with what it names", () => {
  expect(access("TABLE", "posts", read, list)).toEqual({ variables: { TABLE: "posts" }, statements: [read, list] });
});

describe("the variables of a function", () => {
  test("are those of everything it uses", () => {
    expect(variablesOf([access("A", "1"), access("B", "2", read), access("A", "1")])).toEqual({ A: "1", B: "2" });
  });

  test("refuse two values for one name, and name it with both", () => {
    expect(() => variablesOf([access("TABLE", "posts"), access("TABLE", "comments")])).toThrow(
      'Two of the function\'s uses set TABLE, to "posts" and to "comments": give one another name.',
    );
  });
});

test("a policy allows its statements and nothing else", () => {
  expect(JSON.parse(policyOf([read, list]))).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: ["arn:posts"] },
      { Effect: "Allow", Action: ["dynamodb:Query"], Resource: ["arn:posts", "arn:posts/index/by_creation"] },
    ],
  });
});
