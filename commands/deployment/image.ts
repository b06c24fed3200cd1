import { z } from "zod";
import { environments } from "../../environments";
import { PLACEHOLDER_ACCOUNT, withAccount } from "../../environments/account";
import type { Context } from "../environment/context";
import { CommandError } from "../errors/command-error";
import { findImage, findImageElsewhere } from "../image/ecr";
import { progressLines } from "../image/progress-lines";
import { provideImage } from "../image/provide";
import { wantedImage } from "../image/wanted";

/** The image of a deployment. */
export interface Image {
  /** Its digest, if it is there already or somebody named it: nothing is then built. */
  readonly digest?: string;
  /** Brings it into the environment's repository, which has to be there; not needed for one that Docker builds. */
  readonly provide?: () => Promise<void>;
  /** Gives what Docker built in the deployment a tag that it keeps. */
  readonly settle?: () => Promise<void>;
}

/**
 * Finds the image for what was built into `dist/api`: the one somebody named, or the one of the same content that is in
 * this environment's repository or another's. Nothing is changed.
 */
export async function imageFor(context: Context): Promise<Image> {
  const { environment, caller, clone, signal, terminal, variables } = context;
  if (variables.TERRACE_IMAGE_DIGEST) return { digest: variables.TERRACE_IMAGE_DIGEST };
  const all = withAccount(environments, variables.TERRACE_ACCOUNT_ID || undefined);
  const wanted = wantedImage(environment, clone.root);
  const provide = async () => {
    const watch = progressLines((line) => terminal.say(line));
    // The deployment was agreed to, and this is a part of it.
    await provideImage(
      { environment, all, caller: caller.account, signal, watch, agree: async () => undefined },
      wanted,
    );
  };
  // Synthesis knows the digest of what it assembles.
  if (wanted.assembled) return { provide };
  const others = all.filter(({ name, account }) => name !== environment.name && account !== PLACEHOLDER_ACCOUNT);
  const own = await findImage(environment, wanted.tag, signal).catch((error: unknown) => {
    // The repository is made by the deployment.
    if (error instanceof CommandError) return undefined;
    throw error;
  });
  if (own !== undefined) return { digest: own, provide };
  for (const other of others) {
    const digest = await findImageElsewhere(other, wanted.tag, signal);
    if (digest !== undefined) return { digest, provide };
  }
  return { settle: provide };
}

const state = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        type: z.string(),
        instances: z.array(z.looseObject({ attributes: z.looseObject({ image_uri: z.string().nullish() }).nullish() })),
      }),
    )
    .default([]),
});

/** Returns the digest of the image that a state's functions run; undefined if none runs one. */
export function deployedDigest(pulled: string): string | undefined {
  if (pulled.trim() === "") return undefined;
  return state
    .parse(JSON.parse(pulled))
    .resources.filter(({ type }) => type === "aws_lambda_function")
    .flatMap(({ instances }) => instances)
    .map(({ attributes }) => /@(sha256:[0-9a-f]{64})$/.exec(attributes?.image_uri ?? "")?.[1])
    .find((digest) => digest !== undefined);
}
