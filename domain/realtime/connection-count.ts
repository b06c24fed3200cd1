import * as z from "zod/mini";
import { authorize, type Caller } from "../shared/authorization";
import { type ConnectionStore, epochSeconds } from "./connections";

/** An instance gives one count for this long, so that whoever asks again and again costs no reads. */
const FRESH_MILLISECONDS = 30_000;

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
  connections,
  now,
}: {
  readonly connections: Pick<ConnectionStore, "count">;
  now(): Date;
}): (caller: Caller | undefined) => Promise<ConnectionCount> {
  let last: { readonly at: number; readonly counting: Promise<ConnectionCount> } | undefined;
  return async (caller) => {
    authorize(caller, "count connections");
    const at = now().getTime();
    if (last && at - last.at < FRESH_MILLISECONDS) return last.counting;
    const counting = connections
      .count(epochSeconds(at))
      .then((count) => ({ count, as_of: new Date(at).toISOString() }));
    const mine = { at, counting };
    last = mine;
    counting.catch(() => {
      if (last === mine) last = undefined;
    });
    return counting;
  };
}
