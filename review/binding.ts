import { createHash } from "node:crypto";
import { z } from "zod";

const bindingSchema = z.strictObject({
  stack: z.string(),
  /** Commit that was planned; a merge makes another one of the same content. */
  commit: z.string(),
  /** Git's hash of the whole content of that commit. */
  tree: z.string(),
  /** SHA-256 of the synthesized stack. */
  definition: z.string(),
  /** SHA-256 of the plan file. */
  plan: z.string(),
  /** False if an apply would do nothing. */
  changes: z.boolean(),
  /** Digest of the image that the stack was synthesized with. */
  image: z.string().optional(),
  serial: z.number(),
  lineage: z.string(),
  verdict: z.enum(["nothing", "notes", "asks", "stops"]),
});

/** The commit and the state that a reviewed plan belongs to. They are kept beside it and compared before it is applied. */
export type Binding = z.infer<typeof bindingSchema>;

/** Reads a binding. Throws an error that names the field. */
export function readBinding(json: unknown): Binding {
  const parsed = bindingSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`binding.json: ${issue?.path.join(".")}: ${issue?.message}. It was not made by this reviewer.`);
}

/** The commit and the state at the moment of the apply. */
export type Present = Pick<Binding, "tree" | "definition" | "plan" | "serial" | "lineage">;

const MOVED: Readonly<Record<keyof Present, string>> = {
  tree: "the commit moved on: what is on this branch is not what was planned",
  definition: "the synthesized stack is another one: the code or an environment variable differs",
  plan: "the plan file is not the one that was reviewed",
  lineage: "the state is another one: somebody made it anew",
  serial: "the state moved on: something was applied since",
};

/** Returns every reason not to apply a reviewed plan any more; none if it is still the one. */
export function staleness(binding: Binding, present: Present): string[] {
  const moved = (Object.keys(MOVED) as (keyof Present)[])
    .filter((key) => binding[key] !== present[key])
    .map((key) =>
      key === "serial" ? `${MOVED[key]} (planned on ${binding.serial}, now ${present.serial})` : MOVED[key],
    );
  return binding.verdict === "stops" ? ["its review stops it", ...moved] : moved;
}

/** `sha256:…` of a file's content. */
export function sha256(content: Buffer | string): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
