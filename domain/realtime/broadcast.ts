import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "../../runtime/log";
import { SendingForbidden } from "../shared/errors";
import { type Connection, type ConnectionStore, epochSeconds } from "./connections";
import { encodeMessage, type Message } from "./message";

/** The most sends that are under way at once. A slow connection holds one place and delays nobody else. */
export const WINDOW = 64;

/**
 * The age, in seconds, from which on 410 proves that a connection is gone. A connection's row is written while the
 * connection is still being made, which may take 29 s (the integration timeout), and sending to it answers 410 then.
 */
const CONNECT_GRACE_SECONDS = 30;

/** The longest wait before each retry, in milliseconds. The wait is random, and never under the floor. */
const RETRY_CEILINGS = [200, 400, 800];
const RETRY_FLOOR = 50;

/**
 * The outcome of one send: `gone` (closed, or not yet open), `invalid` (no connection can have this id), `throttled`
 * (too many requests, or the client reads too slowly), `unavailable` (no answer, or the gateway is in trouble),
 * `forbidden` (this function may not send), `refused` (the gateway will not take this message).
 */
export type SendOutcome = "delivered" | "gone" | "invalid" | "throttled" | "unavailable" | "forbidden" | "refused";

export interface Sender {
  /** Makes one attempt, bounded in time. Never rejects. */
  send(connectionId: string, data: Uint8Array, signal: AbortSignal): Promise<SendOutcome>;
}

export interface BroadcastResult {
  readonly id: string;
  /** The number of connections that were sent to: delivered + gone + throttled + failed. */
  readonly attempted: number;
  readonly delivered: number;
  readonly gone: number;
  readonly throttled: number;
  readonly failed: number;
  /** The number of connections that were read but not sent to, because the broadcast had to stop. */
  readonly skipped: number;
  /** True if the broadcast had to stop before it had reached everyone. */
  readonly truncated: boolean;
}

export interface BroadcastServices {
  readonly connections: ConnectionStore;
  readonly sender: Sender;
  readonly log: Log;
  /** Returns the time in milliseconds since 1970. */
  now(): number;
  /** Returns a number that is at least 0 and less than 1. */
  random(): number;
  /** Waits, less if the signal aborts. Never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/**
 * Sends a message to every open connection, through a sliding window over the pages of the store.
 *
 * Throttled and failed sends are retried a few times after random waits. A connection found gone is forgotten, unless
 * it may still be opening; a failure to forget it changes nothing. The broadcast stops early when the signal aborts
 * or when sending is forbidden, and says so in its result.
 *
 * @throws TooLarge before anything is sent; SendingForbidden, or the store's error, if nothing could be sent
 */
export async function broadcast(
  message: Message,
  { connections, sender, log, now, random, sleep }: BroadcastServices,
  signal: AbortSignal,
): Promise<BroadcastResult> {
  const data = encodeMessage(message);
  // Every send under way listens to the signal; Node warns of ten as of a leak.
  setMaxListeners(0, signal);
  const counts = { attempted: 0, delivered: 0, gone: 0, throttled: 0, failed: 0, skipped: 0 };
  let forbidden = false;
  let truncated = false;
  const stopped = () => forbidden || signal.aborted;

  async function* targets(): AsyncGenerator<Connection> {
    try {
      for await (const page of connections.pages(epochSeconds(now()), signal)) {
        if (stopped()) {
          truncated = true;
          return;
        }
        yield* page;
      }
    } catch (error) {
      truncated = true;
      if (signal.aborted) return;
      if (counts.attempted === 0) throw error;
      log.error("A broadcast could not read all connections", { error, message_id: message.id });
    }
  }

  async function deliver(connection: Connection): Promise<void> {
    counts.attempted += 1;
    const outcome = await sendWithRetries(connection.connectionId);
    if (outcome === "delivered" || outcome === "throttled") counts[outcome] += 1;
    else if (outcome === "gone" || outcome === "invalid") {
      counts.gone += 1;
      await forget(connection, outcome);
    } else {
      counts.failed += 1;
      forbidden ||= outcome === "forbidden";
    }
  }

  async function sendWithRetries(connectionId: string): Promise<SendOutcome> {
    let outcome = await sender.send(connectionId, data, signal);
    for (const ceiling of RETRY_CEILINGS) {
      if (outcome !== "throttled" && outcome !== "unavailable") break;
      await sleep(RETRY_FLOOR + random() * (ceiling - RETRY_FLOOR), signal);
      if (stopped()) break;
      outcome = await sender.send(connectionId, data, signal);
    }
    return outcome;
  }

  async function forget({ connectionId, connectedAt }: Connection, outcome: "gone" | "invalid"): Promise<void> {
    const before = epochSeconds(now()) - CONNECT_GRACE_SECONDS;
    try {
      if (outcome === "invalid") await connections.remove(connectionId, signal);
      else if (connectedAt < before) await connections.removeIfMadeBefore(connectionId, before, signal);
    } catch (error) {
      log.warn("A closed connection could not be forgotten", { error, connection_id: connectionId });
    }
  }

  const queue = targets();
  const worker = async () => {
    for await (const connection of queue) {
      if (stopped()) counts.skipped += 1;
      else await deliver(connection);
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, worker));
  if (forbidden) {
    const error = new SendingForbidden();
    if (counts.delivered === 0) throw error;
    log.error("A broadcast had to stop", { error, message_id: message.id });
  }
  return { id: message.id, ...counts, truncated: truncated || counts.skipped > 0 };
}

/** Waits on the real clock. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
