import type { Ticket } from "./api";
import type { Topic } from "./events";
import { Link, type LinkEvents } from "./link";
import type { Surroundings } from "./surroundings";

interface AttemptSettings {
  /** The address of the WebSocket API. */
  readonly url: string;
  /** The topics that are wanted, now and later. */
  readonly topics: ReadonlySet<Topic>;
  readonly surroundings: Surroundings;
  /** Takes a ticket for the connection, if somebody is signed in. */
  readonly takeTicket: (signal: AbortSignal) => Promise<Ticket | undefined>;
}

interface AttemptEvents extends Omit<LinkEvents, "opened" | "ended"> {
  /**
   * There is a link. Nothing more is heard of the attempt.
   *
   * @param life how long the link is sent anything, in seconds
   */
  opened(link: Link, life: number): void;
  /** There is no link. Nothing more is heard of the attempt. */
  failed(error: unknown): void;
  /** A link that was opened has ended. */
  ended(link: Link): void;
}

/** The protocol that both sides speak. A ticket travels as a second one, which no server answers with. */
const PROTOCOL = "terrace.v1";
/** How many topics an address names: a handshake may have 4,096 characters. The others are asked for afterwards. */
const MOST_IN_ADDRESS = 40;
/** Milliseconds after which an attempt to connect is given up: a little more than the gateway waits for a function. */
const CONNECTING = 35_000;
/** The longest that API Gateway keeps a connection, in seconds. */
const LONGEST = 7_200;

/** Tries to connect, once. Returns what gives it up; nothing more is heard of it then. */
export function attempt({ url, topics, surroundings, takeTicket }: AttemptSettings, events: AttemptEvents): () => void {
  const attempting = new AbortController();
  const { signal } = attempting;
  const fail = (error: unknown) => {
    if (signal.aborted) return;
    attempting.abort();
    events.failed(error);
  };
  const cancel = surroundings.after(CONNECTING, () => fail(new Error("The connection took too long.")));
  signal.addEventListener("abort", cancel);
  const connect = async () => {
    const ticket = await takeTicket(signal);
    if (signal.aborted) return;
    // The server refuses the whole connection for one topic that it refuses.
    const named = [...topics].filter((topic) => topic !== "own" || ticket).slice(0, MOST_IN_ADDRESS);
    const address = {
      url: `${url}?topics=${named.map(encodeURIComponent).join()}`,
      protocols: ticket ? [PROTOCOL, `ticket.${ticket.ticket}`] : [PROTOCOL],
      topics: named,
    };
    let isOpen = false;
    const link = new Link(surroundings, address, (topic) => topics.has(topic), {
      ...events,
      opened: () => {
        isOpen = true;
        cancel();
        events.opened(link, ticket?.connection_seconds ?? LONGEST);
      },
      ended: () => {
        if (isOpen) events.ended(link);
        else fail(new Error("The connection failed."));
      },
    });
    signal.addEventListener("abort", () => link.end());
  };
  connect().catch(fail);
  return () => attempting.abort();
}
