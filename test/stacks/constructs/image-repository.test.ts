import { describe, expect, test } from "@jest/globals";
import { ImageRepository } from "../../../stacks/constructs/image-repository";
import { entry, environment, synthesizeConstruct } from "../../support/synth";

const repositoryOf = (changes: Partial<typeof environment> = {}) =>
  synthesizeConstruct((scope) => new ImageRepository(scope, "api", { environment: { ...environment, ...changes } }));

describe("the image repository", () => {
  test("scans what is pushed, lets tags be pushed again, and is deleted with its images", () => {
    expect(entry(repositoryOf(), "aws_ecr_repository.api")).toEqual({
      name: "blogapp-staging-api",
      image_scanning_configuration: { scan_on_push: true },
      image_tag_mutability: "MUTABLE",
      force_delete: true,
      lifecycle: { prevent_destroy: false },
    });
  });

  test("is not deleted at all where the environment protects what it has", () => {
    const { lifecycle, force_delete } = entry(repositoryOf({ deletionProtection: true }), "aws_ecr_repository.api");
    expect(lifecycle).toEqual({ prevent_destroy: true });
    expect(force_delete).toBe(false);
  });

  test("keeps every image for longer than any function runs it", () => {
    const { policy } = entry(repositoryOf(), "aws_ecr_lifecycle_policy.api_lifecycle");
    expect(JSON.parse(String(policy)).rules).toEqual([
      {
        rulePriority: 1,
        description: expect.any(String),
        selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 3650 },
        action: { type: "expire" },
      },
    ]);
  });

  test.each([
    ["ap-northeast-1", "arn:aws:lambda:ap-northeast-1"],
    ["cn-north-1", "arn:aws-cn:lambda:cn-north-1"],
    ["us-gov-west-1", "arn:aws-us-gov:lambda:us-gov-west-1"],
  ])("in %s is read by the environment's own function and its versions", (region, arn) => {
    const { policy } = entry(repositoryOf({ region }), "aws_ecr_repository_policy.api_policy");
    const api = `${arn}:123456789012:function:blogapp-staging-api`;
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Sid: "LambdaPullsImages",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Condition: { ArnLike: { "aws:SourceArn": [api, `${api}:*`] } },
      },
    ]);
  });
});
