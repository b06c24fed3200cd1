import { z } from "zod";
import type { Synthesized } from "../environment/context";
import { stateOf } from "../terraform/stack";

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
function deployedDigest(pulled: string): string | undefined {
  if (pulled.trim() === "") return undefined;
  return state
    .parse(JSON.parse(pulled))
    .resources.filter(({ type }) => type === "aws_lambda_function")
    .flatMap(({ instances }) => instances)
    .map(({ attributes }) => /@(sha256:[0-9a-f]{64})$/.exec(attributes?.image_uri ?? "")?.[1])
    .find((digest) => digest !== undefined);
}

/** Returns the digest of the image that an environment runs, whose stacks are initialized; undefined if it runs none. */
export async function deployedImage({ stacks }: Synthesized, signal?: AbortSignal): Promise<string | undefined> {
  for (const stack of stacks) {
    const digest = deployedDigest(await stateOf(stack, signal));
    if (digest !== undefined) return digest;
  }
  return undefined;
}
