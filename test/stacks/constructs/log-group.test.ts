import { expect, test } from "@jest/globals";
import { LogGroup } from "../../../stacks/constructs/log-group";
import { synthesizeConstruct } from "../../support/synth";

test("a log group keeps what it has for as long as the environment says", () => {
  const resources = synthesizeConstruct((scope) => {
    new LogGroup(scope, "logs", { environment: { logRetentionDays: 90 }, name: "/aws/lambda/x" });
  });
  expect(resources).toEqual({ "aws_cloudwatch_log_group.logs": { name: "/aws/lambda/x", retention_in_days: 90 } });
});
