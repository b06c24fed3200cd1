import path from "node:path";
import { Image } from "@cdktf/provider-docker/lib/image";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { RegistryImage } from "@cdktf/provider-docker/lib/registry-image";
import { AssetType, TerraformAsset, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { repositoryUrl } from "../../environments/names";
import { assembleImage } from "../../image/assemble";
import type { LockedBase } from "../../image/base-lock";
import { bases } from "../../image/bases";
import { readBundle } from "../../image/bundle";
import { DIGEST } from "../../image/digest";
import { contentTag } from "../../image/tags";
import { forget } from "../terraform/forget";
import { type Artifacts, type CodeSource, requireBuilt } from "./code";

type Placed = Pick<Environment, "name" | "account" | "region" | "architecture">;

/**
 * Deploys a bundle as a container image, by digest. There are three ways to the digest, and going from one to another
 * changes the function and nothing else:
 *
 * - Given one, that image is deployed.
 * - With a lock of the base images, the image is assembled here; `terrace image push` pushes it before the deployment.
 * - Otherwise Docker builds and pushes it during the deployment.
 *
 * @throws Error if the digest is malformed, or if the image is to be made and the bundle was not built.
 */
export function image(artifacts: Artifacts, environment: Placed): CodeSource {
  const { imageDigest: digest, lockedBases } = artifacts;
  if (digest !== undefined && !DIGEST.test(digest))
    throw new Error(
      `The image digest "${digest}" must be "sha256:" and 64 hexadecimal digits, as the registry shows it.`,
    );
  return (scope, bundle) => {
    const folder = path.join(artifacts.folder, bundle);
    const known = digest ?? (lockedBases && assembled(folder, lockedBases[environment.architecture]));
    const { digest: deployed } =
      known === undefined
        ? new BuiltImage(scope, "image", { environment, folder })
        : new KnownImage(scope, "image", { digest: known });
    return { packageType: "Image", imageUri: `${repositoryUrl(environment)}@${deployed}` };
  };
}

/** Returns the digest of the image that is assembled from a bundle's folder. */
function assembled(folder: string, base: LockedBase): string {
  requireBuilt(path.join(folder, "Dockerfile"));
  return assembleImage(readBundle(folder), base).digest;
}

/**
 * An image that is in the repository when the stack is deployed. Where Docker built the one before it, what Docker's
 * provider knows of that one is forgotten, and Docker is not asked.
 */
class KnownImage extends Construct {
  readonly digest: string;

  constructor(scope: Construct, id: string, { digest }: { readonly digest: string }) {
    super(scope, id);
    this.digest = digest;
    // Terraform cannot forget what it has no provider for.
    new DockerProvider(this, "docker", { disableDockerDaemonCheck: true });
    const stack = TerraformStack.of(this);
    forget(stack, [
      `docker_image.${stack.getLogicalId(this.node)}`,
      `docker_registry_image.${stack.getLogicalId(new Construct(this, "push").node)}`,
    ]);
  }
}

interface BuiltImageProps {
  readonly environment: Placed;
  /** The Docker context: the bundle and its Dockerfile. */
  readonly folder: string;
}

/**
 * An image that is built and pushed during apply, under a tag that is the hash of all that goes into it: the same
 * content never moves the function.
 */
class BuiltImage extends Construct {
  readonly digest: string;

  constructor(scope: Construct, id: string, { environment, folder }: BuiltImageProps) {
    super(scope, id);
    requireBuilt(path.join(folder, "Dockerfile"));
    const repository = repositoryUrl(environment);
    new DockerProvider(this, "docker", {
      // Docker's own credential store answers (docker-credential-ecr-login, or `docker login` a moment ago), so that
      // the registry's token is in no state and in no plan.
      registryAuth: [{ address: repository.slice(0, repository.indexOf("/")), configFile: "~/.docker/config.json" }],
    });

    const base = bases[environment.architecture];
    const content = contentTag(readBundle(folder), base);
    const context = new TerraformAsset(this, "context", {
      path: folder,
      type: AssetType.DIRECTORY,
      assetHash: content,
    });
    const triggers = { content };
    const built = new Image(this, "Default", {
      name: `${repository}:${content}`,
      // No `builder`: the daemon then builds by itself, without attestations. Lambda refuses an image that has them.
      buildAttribute: {
        context: context.path,
        platform: base.platform,
        buildArgs: { BASE_IMAGE: base.reference },
      },
      triggers,
    });
    const pushed = new RegistryImage(this, "push", {
      name: built.name,
      triggers,
      // ECR has no such delete, and functions may still run the image.
      keepRemotely: true,
    });
    this.digest = pushed.sha256Digest;
  }
}
