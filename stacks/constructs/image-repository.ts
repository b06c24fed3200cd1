import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcrRepositoryPolicy } from "@cdktf/provider-aws/lib/ecr-repository-policy";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { physicalName, repositoryName } from "../../environments/names";
import { partition } from "../../environments/region";

export interface ImageRepositoryProps {
  readonly environment: Pick<Environment, "name" | "account" | "region" | "deletionProtection">;
}

/** The ECR repository that holds the API's images. */
export class ImageRepository extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { environment }: ImageRepositoryProps) {
    super(scope, id);
    const repository = new EcrRepository(this, "Default", {
      name: repositoryName(environment),
      imageScanningConfiguration: { scanOnPush: true },
      // ECR refuses to push an immutable tag again, even with the same image: a deployment whose state was lost half-way
      // could then never be repeated. Lambda does not look at tags, and image/tags.ts says which may move.
      imageTagMutability: "MUTABLE",
      // Otherwise ECR refuses to delete a repository with images, after Terraform has deleted its policies.
      forceDelete: !environment.deletionProtection,
      lifecycle: { preventDestroy: environment.deletionProtection },
    });
    this.url = repository.repositoryUrl;

    // Lambda reads a deployed image again whenever it needs it, so that one must never expire. Nothing that is tagged
    // expires: the deployed image may be older than any number of images that were only pushed. Nor does what lost its
    // tag, in any time that matters: building the same content again takes the tag from an image that a function runs
    // until the deployment is through, and ECR counts from the push, not from that moment. Images are cheap to keep: a
    // few megabytes each, on top of layers that they share.
    new EcrLifecyclePolicy(this, "lifecycle", {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: "What has no tag, ten years after its push",
            selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 3650 },
            action: { type: "expire" },
          },
        ],
      }),
    });

    // Lambda writes such a policy itself if there is none, for every function of the account.
    const { region, account } = environment;
    const api = `arn:${partition(region).name}:lambda:${region}:${account}:function:${physicalName(environment, "api")}`;
    new EcrRepositoryPolicy(this, "policy", {
      repository: repository.name,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "LambdaPullsImages",
            Effect: "Allow",
            Principal: { Service: "lambda.amazonaws.com" },
            Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            Condition: { ArnLike: { "aws:SourceArn": [api, `${api}:*`] } },
          },
        ],
      }),
    });
  }
}
