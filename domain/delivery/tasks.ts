import * as z from "zod/mini";
import { placeOf, type Range, type Subscriber } from "../realtime/subscriptions";
import type { Topic } from "../realtime/topics";

const topic = z.custom<Topic>(
  (value) => typeof value === "string" && (value === "all" || /^(post|user):./.test(value)),
  "a topic",
);

const ofMessage = {
  /** The id of the message. */
  id: z.string().check(z.minLength(1)),
  /** The message as every client receives it. */
  text: z.string(),
};

/** A part of the hash space in which subscribers are to be sent a message. */
const segmentTask = z.object({
  ...ofMessage,
  kind: z.literal("segment"),
  topics: z.array(topic),
  number: z.int(),
  after: z.optional(z.string()),
  until: z.optional(z.string()),
});

/** Connections that could not be reached and are to be sent a message once more. */
const stragglersTask = z.object({
  ...ofMessage,
  kind: z.literal("stragglers"),
  /** How many times they have been handed on, from 1. */
  round: z.int(),
  connections: z.array(z.object({ connectionId: z.string(), connectedAt: z.number(), topic: z.optional(topic) })),
});

/** A part of a delivery, as it waits in the queue. It outlives the code that wrote it by some days at most. */
export const task = z.discriminatedUnion("kind", [segmentTask, stragglersTask]);

export type SegmentTask = Readonly<z.output<typeof segmentTask>>;
export type StragglersTask = Readonly<z.output<typeof stragglersTask>>;
export type Task = SegmentTask | StragglersTask;

export interface TaskQueue {
  /**
   * Puts tasks into the queue. Each is worked on at least once.
   *
   * @param delaySeconds how long they wait at least, up to 900
   * @throws if not all of them are in the queue; some may be
   */
  send(tasks: readonly Task[], delaySeconds?: number): Promise<void>;
}

/** The most segments of one delivery. A segment that is too large for one worker is continued by another. */
const MOST_SEGMENTS = 1_000;
/** The number of different hashes that places begin with: 8 hexadecimal digits. */
const HASHES = 2 ** 32;

const hashAt = (place: string): number => Number.parseInt(place.slice(0, 8), 16);
const hashText = (hash: number): string => hash.toString(16).padStart(8, "0");

/**
 * Estimates into how many segments the rest of the hash space is to be cut, from the density of what has been seen.
 *
 * @param seen the number of subscribers up to the place, that one included
 * @param size the number of subscribers that a segment should have
 */
export function segmentsAfter(place: string, seen: number, size: number): number {
  const before = hashAt(place) + 1;
  const rest = (seen * (HASHES - before)) / before;
  return Math.min(MOST_SEGMENTS, Math.max(1, Math.ceil(rest / size)));
}

/** Cuts the places after one, or all if it is empty, into a number of ranges of the same width, without gaps. */
export function cutAfter(place: string, count: number): readonly Range[] {
  const first = place === "" ? 0 : hashAt(place) + 1;
  const edge = (number: number) => hashText(Math.floor(first + ((HASHES - first) * number) / count));
  return Array.from({ length: count }, (_, number) => ({
    ...(number > 0 ? { after: edge(number) } : place !== "" && { after: place }),
    ...(number < count - 1 && { until: edge(number + 1) }),
  }));
}

/** Returns the connections of a task as the subscribers that they are, in the order of their places. */
export const subscribersOf = ({ connections }: StragglersTask): readonly Subscriber[] =>
  connections
    .map(({ connectionId, connectedAt, topic }) => ({
      connectionId,
      connectedAt,
      place: placeOf(connectionId),
      ...(topic !== undefined && { topic }),
    }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));
