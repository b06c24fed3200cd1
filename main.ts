/**
 * The program: environments -> stacks -> cdktf.out. It reads the process's environment, and nothing below does:
 *
 * - TERRACE_ACCOUNT_ID: the account of every environment that still has the placeholder.
 * - TERRACE_IMAGE_DIGEST: `sha256:…` of an image in the environment's repository; given, that one is deployed.
 * - TERRACE_PREVIEW: `preview-…`, a copy of development that is an environment besides those in environments/.
 *
 * Without a digest the image is made from the sources: assembled if the base images are locked, otherwise built with Docker.
 */
import path from "node:path";
import { App } from "cdktf";
import { environments } from "./environments";
import { withAccount } from "./environments/account";
import { stackNames } from "./environments/names";
import { withPreview } from "./environments/preview";
import { checked } from "./environments/validate";
import { readBaseLock } from "./image/base-lock";
import { ApplicationStack } from "./stacks/application-stack";
import { RepositoryStack } from "./stacks/repository-stack";
import { placeProviderLock } from "./stacks/terraform/provider-lock";

// CI systems set an empty variable where a person leaves it out.
const account = process.env.TERRACE_ACCOUNT_ID || undefined;
const preview = process.env.TERRACE_PREVIEW || undefined;
const imageDigest = process.env.TERRACE_IMAGE_DIGEST || undefined;

try {
  // A digest needs no lock, so that an earlier image can be deployed whatever the lock is of.
  const lockedBases = imageDigest === undefined ? readBaseLock(process.cwd()) : undefined;
  const artifacts = { folder: path.resolve("dist"), imageDigest, lockedBases };
  const app = new App();
  for (const environment of checked(withAccount(withPreview(environments, preview), account))) {
    const { application, repository } = stackNames(environment);
    new RepositoryStack(app, repository, { environment });
    new ApplicationStack(app, application, { environment, artifacts });
  }
  app.synth();
  placeProviderLock(app, path.resolve("."));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
