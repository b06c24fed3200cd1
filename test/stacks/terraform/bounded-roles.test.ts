import { expect, test } from "@jest/globals";
import { boundaryArn } from "../../../environments/names";
import { account, environment, resourcesOf, synthesizeEnvironment } from "../../support/synth";

test("every role of an environment is bounded by its one policy, in any partition", () => {
  for (const [region, partition] of [
    ["ap-northeast-1", "aws"],
    ["cn-north-1", "aws-cn"],
  ] as const) {
    const { application, repository } = synthesizeEnvironment({ ...environment, region });
    const roles = [application, repository]
      .flatMap((stack) => Object.entries(resourcesOf(stack)))
      .filter(([address]) => address.startsWith("aws_iam_role."));
    expect(roles.length).toBeGreaterThan(0);
    const boundary = `arn:${partition}:iam::${account}:policy/terrace-blogapp-staging-boundary`;
    expect(boundaryArn({ ...environment, region })).toBe(boundary);
    expect(roles.filter(([, role]) => role.permissions_boundary !== boundary)).toEqual([]);
  }
});
