import { z } from "zod";

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
