import * as z from "zod/mini";
import { authorize, type Caller } from "../shared/authorization";
import { type Connection, epochSeconds } from "./connections";

/** An instance gives one count for this long, so that whoever asks again and again costs no reads. */
const FRESH_MILLISECONDS = 30_000;

/** Counts open connections as they come and go. */
export interface ConnectionTally {
  /** Counts a connection that was not there before. Never rejects: a count that fails is logged. */
  opened(connection: Connection): Promise<void>;
  /** Counts a connection that is not there any more. Never rejects: a count that fails is logged. */
  closed(connection: Connection, signal?: AbortSignal): Promise<void>;
  /**
   * Returns the number of connections that are open at a time (epoch seconds), without reading them. It may include
   * connections whose time has been up for less than ten minutes, and be wrong for some hours after counts that failed.
   */
  count(now: number): Promise<number>;
}

/** The number of open connections, and when they were counted, as it is shown. */
export const connectionCount = z.object({
  count: z.int().check(z.minimum(0)),
  as_of: z.string().check(z.meta({ format: "date-time", description: "When they were counted." })),
});

export type ConnectionCount = Readonly<z.output<typeof connectionCount>>;

/**
 * Creates the function that counts the open connections. Callers who ask while they are counted, or soon after, get the
 * same answer. A failure is not kept.
 */
export function createConnectionCounter({
  tally,
  now,
}: {
  readonly tally: Pick<ConnectionTally, "count">;
  now(): Date;
}): (caller: Caller | undefined) => Promise<ConnectionCount> {
  let last: { readonly at: number; readonly counting: Promise<ConnectionCount> } | undefined;
  return async (caller) => {
    authorize(caller, "count connections");
    const at = now().getTime();
    if (last && at - last.at < FRESH_MILLISECONDS) return last.counting;
    const counting = tally.count(epochSeconds(at)).then((count) => ({ count, as_of: new Date(at).toISOString() }));
    const mine = { at, counting };
    last = mine;
    counting.catch(() => {
      if (last === mine) last = undefined;
    });
    return counting;
  };
}
