import { describe, expect, test } from "@jest/globals";
import { Construct } from "constructs";
import { LogGroup } from "../../stacks/constructs/log-group";
import { environment, synthesizeAlone, synthesizeConstruct } from "../support/synth";

test("a stack of an environment has a state, a provider and nothing else of its own", () => {
  const { terraform, provider, resource } = synthesizeAlone(() => undefined);
  expect(Object.keys(terraform.backend)).toEqual(["s3"]);
  expect(Object.keys(provider)).toEqual(["aws"]);
  expect(resource).toBeUndefined();
});

describe("addresses", () => {
  const group = { environment, name: "/x" };

  test("are the path of ids, without a hash", () => {
    const resources = synthesizeConstruct((scope) => {
      new LogGroup(scope, "top", group);
      new LogGroup(new Construct(scope, "one-level"), "down", group);
    });
    expect(Object.keys(resources)).toEqual(["aws_cloudwatch_log_group.one-level_down", "aws_cloudwatch_log_group.top"]);
  });

  test("are never those of another path", () => {
    expect(() => synthesizeConstruct((scope) => new LogGroup(scope, "one_down", group))).toThrow(
      'The id "one_down" has an underscore, which separates ids in an address: write "one-down".',
    );
  });
});
