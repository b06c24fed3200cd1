import { describe, expect, test } from "@jest/globals";
import { environment, synthesizeAlone } from "../../support/synth";

describe("the provider", () => {
  const { terraform, provider } = synthesizeAlone(() => undefined, { ...environment, tags: { Team: "blog" } });

  test("works in the environment's account and region, and tags what it makes", () => {
    expect(provider).toEqual({
      aws: [
        {
          region: "ap-northeast-1",
          allowed_account_ids: ["123456789012"],
          default_tags: [
            { tags: { Team: "blog", Project: "blogapp", Environment: "staging", ManagedBy: "Terraform" } },
          ],
        },
      ],
    });
  });

  test("is exactly one, which knows Function URLs, under a Terraform that locks in S3", () => {
    expect(terraform).toMatchObject({
      required_providers: { aws: { source: "aws", version: "6.50.0" } },
      required_version: ">= 1.11.0",
    });
  });
});
