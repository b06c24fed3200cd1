import { expect, test } from "@jest/globals";
import { definition } from "../local/gateway-fixtures";
import { excess } from "./least-privilege";

const everything = definition.functions.flatMap(({ name, grants }) =>
  grants.map((grant) => ({ function: name, action: grant.action, resource: grant.resource, grant })),
);

test("nothing is wrong if every grant was used", () => {
  expect(excess(definition, everything)).toEqual({ neverUsed: [], notGranted: [] });
});

test("a grant that was never used is named with its statement, action, resource and function", () => {
  const { neverUsed } = excess(
    definition,
    everything.filter(({ function: name, action }) => !(name.endsWith("-broadcast") && action === "dynamodb:Query")),
  );
  expect(neverUsed).toEqual([
    "aws_iam_role_policy.broadcast_role_policy grants dynamodb:Query on " +
      "arn:aws:dynamodb:ap-northeast-1:000000000000:table/blogapp-development-websocket-subscriptions for " +
      "blogapp-development-websocket-broadcast, and no behaviour uses it: delete it, or write the behaviour that needs it.",
  ]);
});

test("a permission to invoke that was never used is named too", () => {
  const { neverUsed } = excess(
    definition,
    everything.filter(({ action }) => action !== "lambda:InvokeFunctionUrl"),
  );
  expect(neverUsed).toEqual([
    expect.stringContaining("aws_lambda_permission.api_url_call grants lambda:InvokeFunctionUrl on *"),
  ]);
});

test("what was used and not granted is named once, even if the platform got over it", () => {
  const denied = { function: "api", action: "dynamodb:Scan", resource: "arn", grant: undefined };
  expect(excess(definition, [...everything, denied, denied]).notGranted).toEqual(["api lacks dynamodb:Scan on arn."]);
});
