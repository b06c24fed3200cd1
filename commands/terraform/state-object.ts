import { z } from "zod";

/** Where a stack's state is. */
export interface StateObject {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

const definition = z.looseObject({
  terraform: z.looseObject({
    backend: z.looseObject({ s3: z.looseObject({ bucket: z.string(), key: z.string(), region: z.string() }) }),
  }),
});

/** Reads where a synthesized stack keeps its state. Throws if it is in no bucket, which no stack of ours is. */
export function stateObjectOf(synthesized: unknown): StateObject {
  const { bucket, key, region } = definition.parse(synthesized).terraform.backend.s3;
  return { bucket, key, region };
}
