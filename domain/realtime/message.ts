import * as z from "zod/mini";
import { TooLarge } from "../shared/errors";

/**
 * The most that one WebSocket message may hold, @connections included
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
 */
export const MESSAGE_BYTES = 128 * 1024;

/** The most bytes of a message that another server has sent: what one WebSocket frame takes, by the same limits. */
export const BROADCAST_BYTES = 32 * 1024;

/** The form of a message's type. */
const TYPE = /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/;
const type = "at most 64 characters: lower-case words joined by dots, such as comment.created";
const ID = /^[\w-]{1,64}$/;
const id = "1 to 64 letters, digits, - or _";

/** Checks the body of a request for a broadcast. The broadcast makes up an id if none is given. */
export const messageInput = z.strictObject({
  type: z.string(type).check(z.maxLength(64, type), z.regex(TYPE, type)),
  data: z.record(z.string(), z.unknown(), "an object"),
  id: z.optional(z.string(id).check(z.regex(ID, id))),
  /** The post that it is about: whoever listens to that one gets it too. */
  post_id: z.optional(z.string(id).check(z.regex(ID, id))),
});

/** A message that every client receives, as JSON. By its id a client knows a message that it has seen before. */
export interface Message {
  readonly id: string;
  readonly type: string;
  /** When what it tells of happened, as an ISO 8601 time. */
  readonly at?: string | undefined;
  /** The post that it is about. */
  readonly post_id?: string | undefined;
  /** The version of what it is about: of two messages about one thing, the one with the higher version came later. */
  readonly version?: number | undefined;
  readonly data: object;
}

/**
 * Encodes a message as every client receives it.
 *
 * @throws TooLarge
 */
export function encodeMessage({ id, type, at, post_id, version, data }: Message): Uint8Array {
  const bytes = Buffer.from(JSON.stringify({ id, type, at, post_id, version, data }));
  if (bytes.byteLength > MESSAGE_BYTES) throw new TooLarge("message", bytes.byteLength, MESSAGE_BYTES);
  return bytes;
}
