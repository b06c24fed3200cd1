import { expect, test } from "@jest/globals";
import { Role } from "../../../stacks/constructs/role";
import { entry, synthesizeConstruct } from "../../support/synth";

test("a role is for Lambda, with one policy of its own", () => {
  const resources = synthesizeConstruct((scope) => {
    new Role(scope, "role", { name: "blogapp-staging-api", statements: [{ actions: ["a:B"], resources: ["arn:c"] }] });
  });
  expect(Object.keys(resources)).toEqual(["aws_iam_role.role", "aws_iam_role_policy.role_policy"]);
  const { name, assume_role_policy: trust } = entry(resources, "aws_iam_role.role");
  expect(name).toBe("blogapp-staging-api");
  expect(JSON.parse(String(trust)).Statement).toEqual([
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
  ]);
  const { role, policy } = entry(resources, "aws_iam_role_policy.role_policy");
  expect(role).toBe(`\${aws_iam_role.role.name}`);
  expect(JSON.parse(String(policy)).Statement).toEqual([{ Effect: "Allow", Action: ["a:B"], Resource: ["arn:c"] }]);
});
