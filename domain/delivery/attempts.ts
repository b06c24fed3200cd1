import type { Log } from "../../runtime/log";
import { epochSeconds } from "../realtime/connections";
import type { Subscriber, SubscriptionStore } from "../realtime/subscriptions";
import type { Sender, SendOutcome } from "./sender";

/**
 * The age, in seconds, from which on 410 proves that a connection is gone. A connection's row is written while the
 * connection is still being made, which may take 29 s (the integration timeout), and sending to it answers 410 then.
 */
const CONNECT_GRACE_SECONDS = 30;

/** The longest wait before each retry, in milliseconds. The wait is random, and never under the floor. */
export const RETRY_CEILINGS = [200, 400, 800];
const RETRY_FLOOR = 50;

export interface SweepServices {
  readonly subscriptions: Pick<SubscriptionStore, "forget">;
  readonly sender: Sender;
  readonly log: Log;
  /** Returns the time in milliseconds since 1970. */
  now(): number;
  /** Returns a number that is at least 0 and less than 1. */
  random(): number;
  /** Waits, less if the signal aborts. Never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Returns whether the same send may succeed later. */
export const isPassing = (outcome: SendOutcome): boolean => outcome === "throttled" || outcome === "unavailable";

/** Returns the milliseconds to wait before a retry. */
export const pauseBelow = (ceiling: number, random: () => number): number =>
  RETRY_FLOOR + random() * (ceiling - RETRY_FLOOR);

/** Forgets a connection that the gateway does not know, unless it may still be opening. Never rejects. */
export async function forgetGone(
  subscriber: Subscriber,
  outcome: "gone" | "invalid",
  { subscriptions, log, now }: Pick<SweepServices, "subscriptions" | "log" | "now">,
  signal: AbortSignal,
): Promise<void> {
  const before = epochSeconds(now()) - CONNECT_GRACE_SECONDS;
  try {
    if (outcome === "invalid") await subscriptions.forget(subscriber, undefined, signal);
    else if (subscriber.connectedAt < before) await subscriptions.forget(subscriber, before, signal);
  } catch (error) {
    log.warn("A closed connection could not be forgotten", { error, connection_id: subscriber.connectionId });
  }
}
