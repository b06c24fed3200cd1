import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environments/environment";
import { stackNames } from "../environments/names";
import { ImageRepository } from "./constructs/image-repository";
import { EnvironmentStack } from "./environment-stack";

/** The image repository of an environment: deployed once before everything else, and rarely again. */
export class RepositoryStack extends EnvironmentStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, stackNames(environment).repository, environment);
    const repository = new ImageRepository(this, "api", environment);
    new TerraformOutput(this, "ECRRepositoryURI", {
      description: "Where the API's images are pushed to",
      value: repository.url,
    });
  }
}
