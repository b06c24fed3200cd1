import { CommandError } from "../errors/command-error";
import type { Place } from "../rights/place";
import type { Sought } from "./definition";

/** A resource that is there: its id, and how Terraform wants it called to import it, if that is another. */
export interface Found {
  readonly id: string;
  readonly importId: string;
}

/** Looks for a resource in the account; undefined if it is not there, or what it belongs to is not. */
export type Find = (sought: Sought, place: Place) => Promise<Found | undefined>;

export const found = (id: string, importId = id): Found => ({ id, importId });

/** Returns what AWS answers; undefined where it says that there is nothing. */
export async function orAbsent<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Error && ABSENT.test(error.name)) return undefined;
    throw error;
  }
}

/** The errors by which services say that something is not there. */
const ABSENT =
  /^(NotFound(Exception)?|ResourceNotFound(Exception)?|NoSuchEntity(Exception)?|RepositoryNotFoundException|RepositoryPolicyNotFoundException|LifecyclePolicyNotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/;

/** Makes the error for what is there more than once: which of them clients use cannot be known from here. */
export function several(what: string, ids: readonly string[]): CommandError {
  return new CommandError({
    subject: what,
    mistake: `is there ${ids.length} times (${ids.join(", ")}), and the state knows none of them`,
    remedy: "delete those that were left by deployments that were killed, and run this again",
  });
}
