import { epochSeconds } from "../realtime/connections";

const MINUTE_SECONDS = 60;

/**
 * The part of the messages that an instance counts by itself before it writes the count down. Writing each would cost a
 * write for every message; this way several instances together let through a little more than the limit.
 */
const UNWRITTEN_PART = 10;

/** The most connections whose counts an instance remembers. */
const MOST_REMEMBERED = 1_000;

/** What is known of a connection that has sent something. */
export interface HeardConnection {
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly expiresAt: number;
  readonly user_id?: string | undefined;
}

export interface MessageCounter {
  /**
   * Counts messages that a connection has sent in a minute.
   *
   * @param minute minutes since 1970
   * @returns the connection and how many it has sent in this minute; undefined if there is no such connection
   */
  count(
    connectionId: string,
    minute: number,
    messages: number,
  ): Promise<{ readonly connection: HeardConnection; readonly messages: number } | undefined>;
}

export interface Heard {
  readonly connection: HeardConnection;
  /** "too many" for a message over the limit, "flooding" for one over twice the limit. */
  readonly rate: "within the limit" | "too many" | "flooding";
}

interface Entry {
  readonly connection: HeardConnection;
  readonly minute: number;
  /** The number of messages in the minute, as the store has it. */
  readonly messages: number;
  unwritten: number;
}

/**
 * Creates the function that hears of each message. Most messages cost nothing: an instance asks the store when it first
 * hears of a connection in a minute, and again after a tenth of the limit.
 *
 * @param limit the messages that a connection may send in a minute
 * @param now returns milliseconds since 1970
 */
export function createMeter(
  counter: MessageCounter,
  limit: number,
  now: () => number,
): (connectionId: string) => Promise<Heard | undefined> {
  const entries = new Map<string, Entry>();
  const most = Math.max(1, Math.floor(limit / UNWRITTEN_PART));

  return async (connectionId) => {
    const minute = Math.floor(epochSeconds(now()) / MINUTE_SECONDS);
    let entry = entries.get(connectionId);
    if (entry?.minute === minute && entry.unwritten + 1 < most) entry.unwritten += 1;
    else {
      // Messages of a minute that is over are not written down any more: they count for nothing.
      const unwritten = entry?.minute === minute ? entry.unwritten : 0;
      entries.delete(connectionId);
      const counted = await counter.count(connectionId, minute, unwritten + 1);
      if (!counted) return undefined;
      entry = { ...counted, minute, unwritten: 0 };
      entries.set(connectionId, entry);
      const [oldest] = entries.keys();
      if (entries.size > MOST_REMEMBERED && oldest !== undefined) entries.delete(oldest);
    }
    const total = entry.messages + entry.unwritten;
    const rate = total > 2 * limit ? "flooding" : total > limit ? "too many" : "within the limit";
    return { connection: entry.connection, rate };
  };
}
