import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { expect, test } from "@jest/globals";
import { keepProtected } from "../../../stacks/terraform/protected";
import { environment, synthesizeAlone } from "../../support/synth";

const guarded = { ...environment, deletionProtection: true };

/** Synthesizes a stack that protects one log group, which is expected at an address. */
const synthesize = (id: string, addresses: readonly string[], of = guarded) =>
  synthesizeAlone((stack) => {
    new CloudwatchLogGroup(stack, id, { lifecycle: { preventDestroy: true } });
    keepProtected(stack, { environment: of, addresses });
  }, of);

test("what is protected is where it has always been", () => {
  expect(() => synthesize("one", ["aws_cloudwatch_log_group.one"])).not.toThrow();
});

test("a protected block that got another id fails the synthesis, and so does one that is on no list", () => {
  expect(() => synthesize("two", ["aws_cloudwatch_log_group.one"])).toThrow(
    /aws_cloudwatch_log_group[.]one is protected in staging and not defined any more.*moveFromId\("aws_cloudwatch_log_group[.]one"\).*aws_cloudwatch_log_group[.]two is protected: add it/s,
  );
});

test("where nothing is protected, ids may change", () => {
  expect(() => synthesize("two", ["aws_cloudwatch_log_group.one"], environment)).not.toThrow();
});
