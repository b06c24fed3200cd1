import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Image } from "@cdktf/provider-docker/lib/image";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { RegistryImage } from "@cdktf/provider-docker/lib/registry-image";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { Architecture, Environment } from "../../environments/environment";
import { repositoryUrl } from "../../environments/names";
import { type Artifacts, type CodeSource, requireBuilt } from "./code";

/**
 * AWS's base image for Node.js 24, by digest. The digests were taken from public repositories that pin the same tags,
 * not from the registry; `docker buildx imagetools inspect public.ecr.aws/lambda/nodejs:24-arm64` shows the current one.
 */
const BASE_IMAGES: Readonly<Record<Architecture, string>> = {
  arm64:
    "public.ecr.aws/lambda/nodejs:24-arm64@sha256:f04cd4c199f7237792c112ac4bb71e41fb0f51bf975e03103854d94b4ea1b5ac",
  x86_64: "public.ecr.aws/lambda/nodejs:24@sha256:19c9ce8d55c18e32fd4df26c4db582b8711297f73ca68860e541ee0715111490",
};

/** Docker's names of Lambda's architectures. */
const PLATFORMS: Readonly<Record<Architecture, string>> = { arm64: "linux/arm64", x86_64: "linux/amd64" };

/**
 * Deploys a bundle as a container image, by digest. Given a digest, that image is deployed and Docker is not needed;
 * otherwise the image is built from the bundle's folder and pushed.
 *
 * Two things need Docker once more or a digest: the first deployment by digest of an environment whose image was built
 * takes what was built out of the state, through Docker. And going back to earlier sources on another machine builds
 * the same content into other bytes, which the registry refuses under the same tag: deploy the earlier digest.
 *
 * @throws Error if the digest is malformed, or there is none and the bundle was not built.
 */
export function image(artifacts: Artifacts, environment: BuiltImageProps["environment"]): CodeSource {
  const { imageDigest: digest } = artifacts;
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new Error(
      `The image digest "${digest}" must be "sha256:" and 64 hexadecimal digits, as the registry shows it.`,
    );
  return (scope, bundle) => ({
    packageType: "Image",
    imageUri: `${repositoryUrl(environment)}@${
      digest ?? new BuiltImage(scope, "image", { environment, folder: path.join(artifacts.folder, bundle) }).digest
    }`,
  });
}

interface BuiltImageProps {
  readonly environment: Pick<Environment, "name" | "account" | "region" | "architecture">;
  /** The Docker context: the bundle and its Dockerfile. */
  readonly folder: string;
}

/**
 * An image that is built and pushed during apply, under a tag that is the hash of all that goes into it: the same
 * content never moves the function, and a tag never has to change its meaning.
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

    const platform = PLATFORMS[environment.architecture];
    const buildArgs = { BASE_IMAGE: BASE_IMAGES[environment.architecture] };
    const content = hashOf(folder, platform, buildArgs.BASE_IMAGE);
    const context = new TerraformAsset(this, "context", {
      path: folder,
      type: AssetType.DIRECTORY,
      assetHash: content,
    });
    const triggers = { content };
    const built = new Image(this, "Default", {
      name: `${repository}:${content}`,
      // No `builder`: the daemon then builds by itself, without attestations. Lambda refuses an image that has them.
      buildAttribute: { context: context.path, platform, buildArgs },
      triggers,
    });
    const pushed = new RegistryImage(this, "push", {
      name: built.name,
      triggers,
      // ECR has no such delete; its lifecycle policy removes images.
      keepRemotely: true,
    });
    this.digest = pushed.sha256Digest;
  }
}

/** Returns a SHA-256 over the files of a folder, names and bytes in order, and over whatever else decides the image. */
function hashOf(folder: string, ...ingredients: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(ingredients));
  const names = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
  for (const name of names.sort()) {
    const bytes = fs.readFileSync(path.join(folder, name));
    hash.update(JSON.stringify([name, bytes.length])).update(bytes);
  }
  return hash.digest("hex");
}
