import { arn, namesOf, type Place } from "./place";
import type { Rights, RightsOfTypes } from "./rights";

/** What the repository of images takes, and pushing to it. */
export const IMAGE_RIGHTS: RightsOfTypes = {
  // Docker's own resources are on the machine, and in the repository, which has the rights to push.
  docker_image: () => [],
  docker_registry_image: () => [],
  aws_ecr_lifecycle_policy: (place) =>
    repository(place, ["ecr:GetLifecyclePolicy"], ["ecr:DeleteLifecyclePolicy", "ecr:PutLifecyclePolicy"]),
  aws_ecr_repository: (place) => [
    { on: ["*"], read: ["ecr:GetAuthorizationToken"] },
    ...repository(
      place,
      // A plan asks the registry for images, as a push does.
      ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:ListTagsForResource"],
      [
        "ecr:BatchCheckLayerAvailability",
        "ecr:CompleteLayerUpload",
        "ecr:CreateRepository",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:TagResource",
        "ecr:UntagResource",
        "ecr:UploadLayerPart",
      ],
      ["ecr:BatchDeleteImage", "ecr:DeleteRepository", "ecr:ListImages"],
    ),
  ],
  aws_ecr_repository_policy: (place) =>
    repository(place, ["ecr:GetRepositoryPolicy"], ["ecr:DeleteRepositoryPolicy", "ecr:SetRepositoryPolicy"]),
};

function repository(
  place: Place,
  read: readonly string[],
  write: readonly string[],
  remove: readonly string[] = [],
): readonly Rights[] {
  return [{ on: [arn(place, "ecr", `repository/${namesOf(place)}`)], read, write, remove }];
}
