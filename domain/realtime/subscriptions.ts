import { createHash } from "node:crypto";
import type { ConnectionRow } from "./connections";
import type { Topic } from "./topics";

/** The number of hexadecimal digits of a connection's hash that its place begins with. */
const HASH_DIGITS = 8;

/**
 * The most topics that a connection may listen to at once. A connection is forgotten together with its subscriptions in
 * one transaction, which takes 100 items
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
 */
export const MOST_TOPICS = 50;

/** A connection that is to be sent what happens to a topic. */
export interface Subscriber {
  readonly connectionId: string;
  /** The time at which it was made, in epoch seconds. */
  readonly connectedAt: number;
  /** The place of the connection among all; see `placeOf`. */
  readonly place: string;
  /** The topic under which the connection was found. */
  readonly topic?: Topic;
}

/** A part of the hash space: places after `after` and before `until`, both left out. Without one, that end is open. */
export interface Range {
  readonly after?: string;
  readonly until?: string;
}

/** What a connection is subscribed with: all that a subscription's row says of it. */
export type Subscribing = Pick<ConnectionRow, "connectionId" | "connectedAt" | "expiresAt">;

export interface SubscriptionStore {
  /**
   * Subscribes a connection to a topic. Doing it twice is doing it once.
   *
   * @returns "too many" if it listens to MOST_TOPICS others; "gone" if there is no such connection
   */
  add(connection: Subscribing, topic: Topic): Promise<"added" | "too many" | "gone">;
  /** Ends a subscription, whether it is there or not. */
  remove(connectionId: string, topic: Topic): Promise<void>;
  /**
   * Reads the subscribers of any of the topics whose time is not up at the given time (epoch seconds), ascending by
   * place, each connection once. However many there are, a few pages are in memory. Ends with an error when the signal
   * aborts.
   */
  pages(
    topics: readonly Topic[],
    range: Range,
    now: number,
    signal?: AbortSignal,
  ): AsyncIterable<readonly Subscriber[]>;
  /**
   * Forgets a connection that is gone, with all of its subscriptions. Doing it twice is doing it once. If its row is
   * gone already, which older code removes alone, the subscription that it was found under goes.
   *
   * @param before forgets it only if it was made before this time (epoch seconds)
   */
  forget(
    subscriber: Pick<Subscriber, "connectionId" | "topic">,
    before: number | undefined,
    signal?: AbortSignal,
  ): Promise<void>;
}

/**
 * Returns the place of a connection. Places begin with a hash, so that connections are spread evenly over them and any
 * number of ranges of the hash space have about the same number of connections each.
 */
export function placeOf(connectionId: string): string {
  return createHash("sha256").update(connectionId).digest("hex").slice(0, HASH_DIGITS) + connectionId;
}

/** Returns the connection that has a place. */
export const connectionAt = (place: string): string => place.slice(HASH_DIGITS);
