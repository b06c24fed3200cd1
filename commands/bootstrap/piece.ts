import { isDeepStrictEqual } from "node:util";

/** One change that brings a piece nearer to what is wanted. To make it twice changes no more than to make it once. */
export interface Change {
  /** The change as a command, such as `switch versioning on`. */
  readonly does: string;
  make(signal: AbortSignal): Promise<void>;
}

/** The state in which a piece was found, and what it lacks. */
export interface Look {
  /** `foreign` is there and not ours: it is left alone, whatever it is like. */
  readonly state: "found" | "missing" | "different" | "foreign";
  /** A note about the piece for the person who runs the command. */
  readonly note?: string;
  readonly changes: readonly Change[];
}

/** One thing that an account needs before an environment can be deployed into it. */
export interface Piece {
  /** The name of the piece, such as `state bucket blogapp-tfstate-123456789012-eu-west-1`. */
  readonly what: string;
  /** Looks, and changes nothing. */
  look(signal: AbortSignal): Promise<Look>;
}

/** Describes a piece that is there and as wanted, so that nothing changes. */
export const asWanted = (note?: string): Look => ({
  state: "found",
  changes: [],
  ...(note !== undefined && { note }),
});

/** Tells whether two documents mean the same: objects whatever their order, and `"a"` as `["a"]`, as IAM reads them. */
export function isSameDocument(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normal(one), normal(other));
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? normal(value[0]) : value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normal(inner)]));
}

/** Returns what AWS answers, or undefined where it says by one of these errors that there is nothing. */
export async function orNothing<Answer>(
  asking: Promise<Answer>,
  ...names: readonly string[]
): Promise<Answer | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  }
}
