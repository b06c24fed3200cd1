import { type ArrivalStore, CONNECTIONS_PER_USER, newConnection } from "../realtime/connections";
import { MOST_TOPICS } from "../realtime/subscriptions";
import { topicNamed } from "../realtime/topic-names";
import { Forbidden, InvalidInput, TooMany, Unauthenticated } from "../shared/errors";
import { readTicket } from "./tickets";

/** The sub-protocol that a browser offers so that it may offer a ticket beside it, and the only one that is chosen. */
export const PROTOCOL = "terrace.v1";
const TICKET_PREFIX = "ticket.";

/** A handshake, as far as it decides who is let in. Whatever a client may send several times is a list. */
export interface Handshake {
  readonly connectionId: string;
  /** The `Origin` headers. No browser leaves it out. */
  readonly origins: readonly string[];
  /** The sub-protocols on offer. */
  readonly protocols: readonly string[];
  /** The tickets of the query. */
  readonly tickets: readonly string[];
  /** The lists of topics of the query. */
  readonly topics: readonly string[];
  /** The address that it came from. */
  readonly address: string;
}

/** Says who may connect at all. */
export interface DoorRules {
  /** The origins whose pages may connect, exactly as browsers send them. */
  readonly origins: readonly string[];
  /** Whether a client that sends no Origin may connect, and with what. */
  readonly withoutOrigin: "refused" | "with a ticket" | "allowed";
  /** Whether whoever has no ticket may listen. */
  readonly anonymous: boolean;
}

interface Services {
  readonly arrivals: ArrivalStore;
  /** Hashes the address that a connection comes from; undefined if that is not possible. */
  sourceOf(address: string): Promise<string | undefined>;
  /** Returns milliseconds since 1970. */
  now(): number;
}

/** A connection that was let in. */
export interface LetIn {
  /** The sub-protocol to answer with. */
  readonly protocol?: string;
  readonly user_id?: string;
  readonly source?: string;
}

/**
 * Lets a connection in, or not: the Origin is compared character by character, a ticket is taken, and the connection is
 * remembered with its user, its topics and its end, which is that of the user's token, and two hours off at most.
 *
 * Doing it twice for one connection is doing it once. A refusal leaves nothing behind, and the ticket good.
 *
 * @throws InvalidInput for what nobody can mean; Unauthenticated for want of a ticket that is good; Forbidden for the
 * origin; TooMany; the store's error
 */
export async function letIn(
  handshake: Handshake,
  rules: DoorRules,
  { arrivals, sourceOf, now }: Services,
): Promise<LetIn> {
  const { connectionId, protocols } = handshake;
  const secret = ticketIn(handshake);
  checkOrigin(handshake.origins, rules, secret !== undefined);
  if (protocols.length > 0 && !protocols.includes(PROTOCOL))
    throw invalid("sec-websocket-protocol", "other sub-protocols", `${PROTOCOL}, or none`);
  const holder = secret === undefined ? undefined : readTicket(secret);
  if (secret === undefined ? !rules.anonymous : !holder) throw new Unauthenticated(NO_TICKET);
  const topics = topicsIn(handshake.topics, holder?.user_id);
  const source = await sourceOf(handshake.address);
  const connection = newConnection(connectionId, now());
  if (holder && holder.tokenEndsAt <= connection.connectedAt) throw new Unauthenticated(NO_TICKET);
  const user = holder && { user_id: holder.user_id };
  const admission = await arrivals.put(
    {
      ...connection,
      ...(holder && { expiresAt: Math.min(holder.tokenEndsAt, connection.expiresAt) }),
      topics,
      ...user,
      ...(source !== undefined && { source }),
    },
    holder?.hash,
  );
  if (admission === "no such ticket") throw new Unauthenticated(NO_TICKET);
  if (admission === "too many connections")
    throw new TooMany(`You have ${CONNECTIONS_PER_USER} connections, which is the most. Close one first.`);
  return {
    ...user,
    ...(source !== undefined && { source }),
    ...(protocols.includes(PROTOCOL) && { protocol: PROTOCOL }),
  };
}

/** There is one message for every ticket that is not good: saying more would help whoever tries tickets. */
const NO_TICKET = "Connect with a ticket that is good: fetch one from the API, and use it once and within a minute.";

const invalid = (field: string, received: string, allowed: string) => new InvalidInput([{ field, received, allowed }]);

/** Returns the ticket that a handshake brings, by sub-protocol or by query. */
function ticketIn({ protocols, tickets }: Handshake): string | undefined {
  const offered = protocols
    .filter((one) => one.startsWith(TICKET_PREFIX))
    .map((one) => one.slice(TICKET_PREFIX.length));
  const [first, second] = new Set([...offered, ...tickets]);
  if (second !== undefined) throw invalid("ticket", "several tickets", "one ticket");
  return first;
}

function checkOrigin([origin, second]: readonly string[], rules: DoorRules, hasTicket: boolean): void {
  if (origin === undefined) {
    if (rules.withoutOrigin === "allowed" || (rules.withoutOrigin === "with a ticket" && hasTicket)) return;
    if (rules.withoutOrigin === "with a ticket") throw new Unauthenticated(NO_TICKET);
    throw new Forbidden("connect without an Origin");
  }
  if (second !== undefined || !rules.origins.includes(origin)) throw new Forbidden("connect from this origin");
}

/** Returns the topics that lists of names name; all if there is no list. */
function topicsIn(lists: readonly string[], uid: string | undefined) {
  if (lists.length === 0) return new Set(["all"] as const);
  const names = lists.flatMap((list) => list.split(",")).map((name) => name.trim());
  const topics = new Set(names.filter((name) => name !== "").map((name) => topicNamed(name, uid)));
  if (topics.size > MOST_TOPICS) throw invalid("topics", `${topics.size} topics`, `at most ${MOST_TOPICS}`);
  return topics;
}
