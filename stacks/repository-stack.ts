import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { ImageRepository } from "./constructs/image-repository";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";
import { keepProtected } from "./terraform/protected";

/** The stack with an environment's image repository, which is deployed once before everything else, and rarely again. */
export class RepositoryStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, { environment }: EnvironmentStackProps) {
    super(scope, id, { environment });
    const repository = new ImageRepository(this, "api", { environment });
    keepProtected(this, { environment, addresses: ["aws_ecr_repository.api"] });
    new TerraformOutput(this, "ECRRepositoryURI", {
      description: "Where the API's images are pushed to",
      value: repository.url,
    });
  }
}
