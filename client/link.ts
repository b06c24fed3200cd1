import { type Announcement, type Frame, isAnnouncement, readFrame, type Topic } from "./events";
import type { Socket, Surroundings } from "./surroundings";

/** A server's refusal of a subscription. */
export interface Refusal {
  readonly topic: Topic;
  readonly code: string;
  readonly message: string;
}

export interface LinkEvents {
  opened(): void;
  heard(message: Announcement): void;
  /** The server sends what concerns this topic from now on, over this link. */
  subscribed(topic: Topic): void;
  refused(refusal: Refusal): void;
  /** The link closed, never opened or is dead. This is told once, and nothing after it. */
  ended(): void;
}

/**
 * Milliseconds without a message after which a ping is sent. API Gateway closes a connection after 10 minutes without one
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html),
 * and timers of hidden pages run up to a minute late.
 */
const KEEP_ALIVE = 480_000;
const IDLE_LIMIT = 600_000;
/** Milliseconds after which a link without an answer to a ping or to a subscription is dead, or asked again. */
const ANSWER = 10_000;
/** How often a link is asked for one thing before it is given up. */
const MOST_ATTEMPTS = 3;

/** One socket, its liveness and what it is subscribed to. */
export class Link {
  readonly #socket: Socket;
  readonly #subscriptions: Set<Topic>;
  /** What was asked about a topic and not answered yet, at most one thing at a time, and what cancels the wait for it. */
  readonly #asked = new Map<Topic, { readonly action: string; readonly cancel: () => void }>();
  #isOpen = false;
  #hasEnded = false;
  #heardAt: number;
  /** How many messages were heard. */
  #count = 0;
  #cancelKeepAlive: (() => void) | undefined;
  #cancelCheck: (() => void) | undefined;

  /**
   * @param topics what the address subscribes to
   * @param wants whether a topic is wanted, at the moment it is called
   */
  constructor(
    private readonly surroundings: Surroundings,
    address: { readonly url: string; readonly protocols: readonly string[]; readonly topics: readonly Topic[] },
    private readonly wants: (topic: Topic) => boolean,
    private readonly events: LinkEvents,
  ) {
    this.#subscriptions = new Set(address.topics);
    this.#heardAt = surroundings.now();
    this.#socket = surroundings.connect(address.url, address.protocols, {
      opened: () => {
        this.#isOpen = true;
        this.#heardAt = surroundings.now();
        this.#keepAlive(KEEP_ALIVE);
        events.opened();
        for (const topic of [...this.#subscriptions])
          if (wants(topic)) events.subscribed(topic);
          else this.settle(topic);
      },
      message: (data) => this.#hear(data),
      closed: () => this.#die(),
    });
  }

  /** Subscribes to the topic, or ends that, unless it is as wanted already or was asked for. */
  settle(topic: Topic): void {
    if (this.#isOpen && !this.#asked.has(topic) && this.wants(topic) !== this.#subscriptions.has(topic))
      this.#ask(topic, 1);
  }

  /** Looks whether the server is still there. Without an answer in time the link ends. */
  check(): void {
    if (!this.#isOpen || this.#cancelCheck) return;
    // The server closed it, and the news did not get here.
    if (this.surroundings.now() - this.#heardAt >= IDLE_LIMIT) this.#die();
    else {
      this.#cancelCheck = this.surroundings.after(ANSWER, () => this.#die());
      this.#socket.send('{"action":"ping"}');
    }
  }

  /** Closes it. Nothing is heard of it any more. */
  end(): void {
    this.#hasEnded = true;
    this.#isOpen = false;
    this.#cancelKeepAlive?.();
    this.#cancelCheck?.();
    for (const { cancel } of this.#asked.values()) cancel();
    this.#socket.close();
  }

  #die(): void {
    if (this.#hasEnded) return;
    this.end();
    this.events.ended();
  }

  #keepAlive(wait: number): void {
    this.#cancelKeepAlive = this.surroundings.after(wait, () => {
      const idle = this.surroundings.now() - this.#heardAt;
      // A clock that was put back must not make the wait longer.
      if (idle < KEEP_ALIVE) return this.#keepAlive(Math.min(KEEP_ALIVE, KEEP_ALIVE - idle));
      this.#keepAlive(KEEP_ALIVE);
      this.check();
    });
  }

  #ask(topic: Topic, attempt: number): void {
    const action = this.wants(topic) ? "subscribe" : "unsubscribe";
    const before = this.#count;
    // Clients that asked at the same moment as many others ask again at different ones.
    const wait = ANSWER * (1 + this.surroundings.random());
    const cancel = this.surroundings.after(wait, () => {
      this.#asked.delete(topic);
      // A server that was heard may have refused the message alone, as one too many.
      if (this.#count === before || attempt === MOST_ATTEMPTS) this.#die();
      else if (this.wants(topic) !== this.#subscriptions.has(topic)) this.#ask(topic, attempt + 1);
    });
    this.#asked.set(topic, { action, cancel });
    this.#socket.send(JSON.stringify({ action, topic, ref: topic }));
  }

  #hear(data: unknown): void {
    this.#heardAt = this.surroundings.now();
    this.#count++;
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
    const frame = readFrame(data);
    if (!frame) return;
    // The server answers, and sends nothing any more to a connection that it does not know or whose time is up.
    if (frame.type === "error" && (frame.code === "expired" || frame.code === "unknown_connection"))
      return void this.#die();
    if (typeof frame.ref === "string" && this.#asked.has(frame.ref as Topic)) this.#answer(frame.ref as Topic, frame);
    else if (isAnnouncement(frame)) this.events.heard(frame);
  }

  #answer(topic: Topic, { type, code, message }: Frame): void {
    // An echo of what was asked is no answer.
    if (type !== "subscribed" && type !== "unsubscribed" && type !== "error") return;
    const { action, cancel } = this.#asked.get(topic) ?? {};
    cancel?.();
    this.#asked.delete(topic);
    if (type === "subscribed") {
      this.#subscriptions.add(topic);
      if (this.wants(topic)) this.events.subscribed(topic);
    } else {
      // A subscription that the server does not end does no harm: nobody listens to its topic.
      this.#subscriptions.delete(topic);
      if (action === "subscribe") this.events.refused({ topic, code: String(code), message: String(message) });
    }
    this.settle(topic);
  }
}
