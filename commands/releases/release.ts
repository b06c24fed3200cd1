import { z } from "zod";

/** Counted up when an older version could not read a release any more. */
const RELEASE_VERSION = 1;

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const counts = z.object({
  created: z.number(),
  changed: z.number(),
  replaced: z.number(),
  destroyed: z.number(),
});

const releaseSchema = z.object({
  version: z.literal(RELEASE_VERSION),
  /** Counted from 1 in every environment. */
  number: z.number().int().positive(),
  environment: z.string(),
  action: z.enum(["deploy", "rollback", "destroy"]),
  /**
   * `applying`: under way, or it was killed. `deployed`: applied, and it works as far as was asked. `unhealthy`: applied,
   * and the gate says that it does not work. `failed`: not applied, or not to its end. `destroyed`: nothing is left.
   */
  status: z.enum(["applying", "deployed", "unhealthy", "failed", "destroyed"]),
  /** ISO 8601. */
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  /** The ARN of who did it. */
  by: z.string(),
  /** The commit whose sources it is. */
  commit: z.string(),
  /** True if files of the clone were not as committed. */
  edited: z.boolean(),
  /** `sha256:…` of the API's image. */
  image: sha256.optional(),
  /** What the plan of each stack was to do, and the hash of the stack's definition. */
  stacks: z.array(z.object({ name: z.string(), definition: sha256, counts })),
  /** The hash of what is kept of it, which a rollback applies; absent until it was deployed. */
  bundle: sha256.optional(),
  /** The release that a rollback went back to. */
  to: z.number().int().positive().optional(),
});

/** What was deployed into an environment, when, by whom and how it ended. */
export type Release = z.infer<typeof releaseSchema>;

/**
 * Reads a release of the ledger.
 *
 * @throws Error if it is none, or one that a newer version of the commands wrote
 */
export function readRelease(text: string, key: string): Release {
  const read = releaseSchema.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(
    `${key} is no release that this version reads (${issue?.path.join(".") || "the whole"}: ${issue?.message}): use the version of the commands that wrote it.`,
  );
}

/** Returns the release that is in the environment as far as the ledger knows: the last one that was applied to its end. None after a destruction. */
export function currentRelease(releases: readonly Release[]): Release | undefined {
  const last = releases.findLast(({ status }) => ["deployed", "unhealthy", "destroyed"].includes(status));
  return last?.status === "destroyed" ? undefined : last;
}

/**
 * Returns the release that an environment goes back to from one: the last before it that worked and was something else.
 * None is older than a destruction, which took the images, and the tables that the code of that time knew.
 */
export function releaseBefore(
  releases: readonly Release[],
  { number, bundle }: Pick<Release, "number" | "bundle">,
): Release | undefined {
  const since = releases.findLastIndex(({ status }) => status === "destroyed") + 1;
  return releases.slice(since).findLast((one) => one.number < number && isUsable(one) && one.bundle !== bundle);
}

/** Tells whether a release worked, and what a rollback needs of it is kept. */
export const isUsable = ({ bundle, status }: Release): boolean => bundle !== undefined && status === "deployed";
