import {
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  type ImageIdentifier,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";
import type { Environment } from "../../environments/environment";
import { repositoryName, repositoryUrl } from "../../environments/names";
import { awsSettings } from "../aws/account";
import { isDenied } from "../errors/aws-failure";
import { CommandError } from "../errors/command-error";
import { Registry } from "./registry/registry";

export type Placed = Pick<Environment, "name" | "account" | "region" | "architecture">;

/**
 * Looks for the image of a tag in an environment's repository, which takes the right to describe its images and no more.
 *
 * @returns its digest; undefined if there is none.
 * @throws CommandError if the environment has no repository yet.
 */
export async function findImage(
  environment: Placed,
  imageTag: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return find(environment, { imageTag }, signal);
}

async function find(environment: Placed, id: ImageIdentifier, signal?: AbortSignal): Promise<string | undefined> {
  const ecr = new ECRClient(awsSettings(environment));
  try {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({
        registryId: environment.account,
        repositoryName: repositoryName(environment),
        imageIds: [id],
      }),
      signal ? { abortSignal: signal } : {},
    );
    return imageDetails[0]?.imageDigest;
  } catch (error) {
    if (error instanceof ImageNotFoundException) return undefined;
    if (error instanceof RepositoryNotFoundException) throw withoutRepository(environment, error);
    throw error;
  } finally {
    ecr.destroy();
  }
}

/** Tells whether an environment's repository has an image. @throws CommandError if the environment has no repository */
export async function hasImage(environment: Placed, imageDigest: string, signal?: AbortSignal): Promise<boolean> {
  return (await find(environment, { imageDigest }, signal)) !== undefined;
}

/**
 * Looks for an image in the repository of another environment, which may be in an account that we may not see.
 *
 * @returns its digest; undefined if there is no such image, no repository, or no right to look.
 */
export async function findImageElsewhere(
  environment: Placed,
  imageTag: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return orHidden(find(environment, { imageTag }, signal));
}

/** Tells whether the repository of another environment has an image that we may see. */
export async function hasImageElsewhere(
  environment: Placed,
  imageDigest: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return (await orHidden(find(environment, { imageDigest }, signal))) !== undefined;
}

async function orHidden(asking: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof CommandError || isDenied(error)) return undefined;
    throw error;
  }
}

function withoutRepository({ name, account, region }: Placed, cause: unknown): CommandError {
  return new CommandError({
    subject: "image repository",
    value: repositoryName({ name }),
    mistake: `does not exist in account ${account}, region ${region}`,
    remedy: `make it first: npx cdktf deploy ${name}-ecr`,
    cause,
  });
}

/**
 * Opens the registry of an environment with a token, which lasts 12 hours and is asked for again when it has expired.
 *
 * @param caller - the account that the credentials are of, which may be another environment's.
 */
export async function openRegistry(environment: Placed, caller: string, signal?: AbortSignal): Promise<Registry> {
  let token = tokenOf(environment, signal);
  const { url } = await token;
  const [host = ""] = repositoryUrl(environment).split("/");
  return new Registry({
    // ECR answers with the address in the caller's account.
    url: caller === environment.account ? url : `https://${host}`,
    signal,
    credentials: {
      current: async () => (await token).header,
      renew: async (refused) => {
        // Several requests may be refused at once, and one new token is enough for all.
        const before = token;
        if ((await before).header === refused && token === before) token = tokenOf(environment, signal);
        return (await token).header;
      },
    },
  });
}

async function tokenOf(environment: Placed, signal?: AbortSignal): Promise<{ header: string; url: string }> {
  const ecr = new ECRClient(awsSettings(environment));
  try {
    const { authorizationData = [] } = await ecr.send(
      new GetAuthorizationTokenCommand({}),
      signal ? { abortSignal: signal } : {},
    );
    const [{ authorizationToken, proxyEndpoint } = {}] = authorizationData;
    if (authorizationToken && proxyEndpoint)
      // ECR's token is the user's name and the password together, encoded as `Basic` wants them.
      return { header: `Basic ${authorizationToken}`, url: proxyEndpoint };
  } finally {
    ecr.destroy();
  }
  throw new CommandError({ subject: "ECR", mistake: "answered without a token", remedy: "try again" });
}
