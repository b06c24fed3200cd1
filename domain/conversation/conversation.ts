import * as z from "zod/mini";
import type { Log } from "../../runtime/log";
import { epochSeconds } from "../realtime/connections";
import { MOST_TOPICS, type SubscriptionStore } from "../realtime/subscriptions";
import { topicNamed } from "../realtime/topic-names";
import { InvalidInput, Unauthenticated } from "../shared/errors";
import { describe } from "../shared/validation";
import type { Heard, HeardConnection } from "./meter";

/** What a client may ask for. */
const ACTIONS = ["ping", "subscribe", "unsubscribe"] as const;

/** The codes of what is refused. Programs act on them: docs/realtime.md */
type Code =
  | "unknown_action"
  | "invalid_ref"
  | "unknown_topic"
  | "not_signed_in"
  | "too_many_topics"
  | "too_many_messages"
  | "expired"
  | "unknown_connection";

interface Services {
  readonly subscriptions: Pick<SubscriptionStore, "add" | "remove">;
  /** Hears of a message; undefined if there is no such connection. */
  hear(connectionId: string): Promise<Heard | undefined>;
  /** Closes a connection. Rejects if that fails. */
  close(connectionId: string): Promise<void>;
  /** The messages that a connection may send in a minute, for whoever has sent more. */
  readonly limit: number;
  readonly log: Log;
  /** Returns milliseconds since 1970. */
  now(): number;
}

/**
 * Answers a message: with what its `action` asks for, or with the message itself if it has none.
 *
 * Nothing that a client sends is an error of ours, so what cannot be done is answered with a code and with what could
 * be. A client that goes on over twice its limit is cut off: the limit of a route is shared by all clients, and one that
 * does not listen would take the others' part.
 *
 * @returns the answer, as it is to be sent; undefined if that is the message itself
 * @throws the store's error
 */
export async function answerTo(text: string, connectionId: string, services: Services): Promise<string | undefined> {
  const heard = await services.hear(connectionId);
  if (!heard) return refusal("unknown_connection", "This connection is not known, or not any more: connect again.");
  const { connection, rate } = heard;
  if (rate !== "within the limit") {
    if (rate === "flooding") await cutOff(connectionId, services);
    return refusal(
      "too_many_messages",
      `A connection may send ${services.limit} messages a minute: wait for the next.`,
    );
  }
  if (connection.expiresAt <= epochSeconds(services.now()))
    return refusal("expired", "The time of this connection is up: connect again, with a new ticket.");
  const request = requestIn(text);
  return request && obey(request, connection, services);
}

interface Request {
  readonly action: unknown;
  readonly topic?: unknown;
  readonly ref?: unknown;
}

const requestShape = z.object({ action: z.unknown(), topic: z.optional(z.unknown()), ref: z.optional(z.unknown()) });
const ref = z.string().check(z.maxLength(64));

/** Returns the request that a message is; undefined for a message without an action, which is nothing but a message. */
function requestIn(text: string): Request | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Whatever is no JSON has no action.
    return undefined;
  }
  const isRequest = typeof value === "object" && value !== null && Object.hasOwn(value, "action");
  return isRequest ? requestShape.safeParse(value).data : undefined;
}

async function obey({ action, topic, ...request }: Request, connection: HeardConnection, services: Services) {
  const reference = ref.safeParse(request.ref);
  const with_ref = reference.success ? { ref: reference.data } : {};
  if (request.ref !== undefined && !reference.success)
    return refusal("invalid_ref", `ref: received ${describe(request.ref)}, allowed a text of at most 64 characters.`);
  const refuse = (code: Code, message: string) => refusal(code, message, with_ref);
  switch (action) {
    case "ping":
      return JSON.stringify({ type: "pong", at: new Date(services.now()).toISOString(), ...with_ref });
    case "subscribe":
    case "unsubscribe": {
      const { connectionId, user_id } = connection;
      if (typeof topic !== "string")
        return refuse("unknown_topic", `topic: received ${describe(topic)}, allowed ${TOPICS}.`);
      try {
        const named = topicNamed(topic, user_id);
        if (action === "unsubscribe") await services.subscriptions.remove(connectionId, named);
        else {
          const outcome = await services.subscriptions.add(connection, named);
          if (outcome === "too many")
            return refuse("too_many_topics", `You listen to ${MOST_TOPICS} topics, which is the most: end one first.`);
          if (outcome === "gone") return refuse("unknown_connection", "This connection is not known any more.");
        }
        return JSON.stringify({ type: `${action}d`, topic, ...with_ref });
      } catch (error) {
        if (error instanceof InvalidInput) return refuse("unknown_topic", error.message);
        if (error instanceof Unauthenticated) return refuse("not_signed_in", error.message);
        throw error;
      }
    }
    default:
      return refuse("unknown_action", `action: received ${describe(action)}, allowed ${ACTIONS.join(", ")}.`);
  }
}

const TOPICS = "all, own or post:<id of a post>";

const refusal = (code: Code, message: string, rest: { readonly ref?: string } = {}): string =>
  JSON.stringify({ type: "error", code, message, ...rest });

async function cutOff(connectionId: string, { close, log }: Services): Promise<void> {
  const context = { connection_id: connectionId };
  try {
    await close(connectionId);
    log.warn("A client that sent far too much was cut off", context);
  } catch (error) {
    // Its messages are still refused, and the next one tries again to close the connection.
    log.error("A client that sent far too much could not be cut off", { ...context, error });
  }
}
