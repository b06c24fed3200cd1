import { Api, ApiError, type Ticket } from "./api";
import { backoff } from "./backoff";
import type { Comment, Post, Topic } from "./events";
import { Link } from "./link";
import { type Heard, Listeners, type State } from "./listeners";
import { Memory } from "./memory";
import { Readings } from "./readings";
import type { PageEvent, Surroundings } from "./surroundings";

export interface Settings {
  /** The address of the WebSocket API, such as `wss://….execute-api.eu-west-1.amazonaws.com/production`. */
  readonly url: string;
  /** The address of the API, such as `https://….lambda-url.eu-west-1.on.aws`. */
  readonly api: string;
  /** @default ["all"] */
  readonly topics?: readonly Topic[];
  /**
   * Returns the user's ID token, a fresh one if it ends within minutes: the connection ends with it. Without one, nobody
   * is signed in. @default - anonymous
   */
  readonly token?: () => Promise<string | undefined> | string | undefined;
  /** Takes a ticket for one connection, as the API gives it. @default - the API is asked for one, with the token */
  readonly ticket?: (signal: AbortSignal) => Promise<Ticket | undefined>;
  /** Ends it all. @default - it goes on for as long as the page is there */
  readonly signal?: AbortSignal;
}

/** A client that listens. */
export interface Listening {
  readonly state: State;
  /**
   * Listens to a topic too, across connections.
   *
   * @param known what the page has of the topic already, of which nothing is told unless it has changed since
   */
  subscribe(topic: Topic, known?: readonly (Post | Comment)[]): void;
  unsubscribe(topic: Topic): void;
  /** Calls for everything of one kind. Returns what ends that. */
  on<Kind extends keyof Heard>(kind: Kind, listener: (heard: Heard[Kind]) => void): () => void;
}

/** The protocol that both sides speak. A ticket travels as a second one, which no server answers with. */
const PROTOCOL = "terrace.v1";
/** How many topics an address names: a handshake may have 4,096 characters. The others are asked for afterwards. */
const MOST_IN_ADDRESS = 40;
/** The form of a topic. The server refuses a whole connection for one that has none. */
const TOPIC = /^(all|own|post:[0-9a-f-]{36})$/;

/** Milliseconds after which an attempt to connect is given up: a little more than the gateway waits for a function. */
const CONNECTING = 35_000;
/** Milliseconds after which a link has proved good, so that the next failure counts as the first. */
const STABLE = 60_000;
/** The longest that API Gateway keeps a connection, in seconds. */
const LONGEST = 7_200;
/** The shortest life that a link is planned for, in seconds: with tokens that end at once, attempts must not pile up. */
const SHORTEST = 10;
/**
 * A link is replaced at a random time between these parts of its life, of 2 hours after 90 to 115 minutes: clients that
 * came together would all come back together.
 */
const [RENEWAL_FROM, RENEWAL_UNTIL] = [90 / 120, 115 / 120];
/** Milliseconds for which the old link goes on beside the new one, for what was sent to it alone. */
const LINGERING = 10_000;
/** A page that is woken again and again tries to connect once in so many milliseconds. */
const IMPATIENCE = 2_000;

/** Listens until the signal ends it. */
export class Listener implements Listening {
  state: State = "connecting";
  readonly #topics = new Set<Topic>();
  readonly #memory = new Memory();
  readonly #listeners: Listeners;
  readonly #api: Api;
  readonly #readings: Readings;
  readonly #endWatch: () => void;
  /** The open link. */
  #link: Link | undefined;
  /** The link before that, for a moment. */
  #old: Link | undefined;
  /** The attempt that is under way; aborting it ends it. */
  #attempt: AbortController | undefined;
  #attemptedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #cancelRetry: (() => void) | undefined;
  /** What cancels what is planned for the open link. */
  #plans: (() => void)[] = [];

  constructor(
    private readonly settings: Settings,
    private readonly surroundings: Surroundings,
  ) {
    const { api, topics = ["all"], signal } = settings;
    this.#listeners = new Listeners(surroundings.report);
    this.#api = new Api(api.replace(/\/$/, ""), surroundings.fetch);
    this.#readings = new Readings({
      api: this.#api,
      memory: this.#memory,
      surroundings,
      tell: (change) => this.#listeners.tell(change),
      read: (reading) => this.#listeners.emit("caught-up", reading),
      failed: (error) => this.#listeners.emit("failed", error),
    });
    for (const topic of topics) this.subscribe(topic);
    this.#endWatch = surroundings.watchPage((event) => this.#pageEvent(event));
    signal?.addEventListener("abort", () => this.#close());
    if (signal?.aborted) this.#close();
    else void this.#connect();
  }

  subscribe(topic: Topic, known: readonly (Post | Comment)[] = []): void {
    if (!TOPIC.test(topic)) throw new RangeError(`${topic} is no topic: listen to all, own or post:<id of a post>.`);
    for (const thing of known) this.#memory.learn(thing);
    this.#topics.add(topic);
    this.#link?.settle(topic);
  }

  unsubscribe(topic: Topic): void {
    this.#topics.delete(topic);
    this.#readings.drop(topic);
    this.#link?.settle(topic);
  }

  on<Kind extends keyof Heard>(kind: Kind, listener: (heard: Heard[Kind]) => void): () => void {
    return this.#listeners.on(kind, listener);
  }

  async #connect(): Promise<void> {
    const { surroundings, settings } = this;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const attempt = new AbortController();
    const { signal } = attempt;
    this.#attempt = attempt;
    this.#attemptedAt = surroundings.now();
    if (!this.#link) this.#become("connecting");
    const fail = (error: unknown) => {
      if (signal.aborted) return;
      attempt.abort();
      this.#retry(error);
    };
    const cancel = surroundings.after(CONNECTING, () => fail(new Error("The connection took too long.")));
    signal.addEventListener("abort", cancel);
    try {
      const ticket = await (settings.ticket ? settings.ticket(signal) : this.#takeTicket(signal));
      if (signal.aborted) return;
      // The server refuses the whole connection for one topic that it refuses.
      const topics = [...this.#topics].filter((topic) => topic !== "own" || ticket).slice(0, MOST_IN_ADDRESS);
      const url = `${settings.url}?topics=${topics.map(encodeURIComponent).join()}`;
      const protocols = ticket ? [PROTOCOL, `ticket.${ticket.ticket}`] : [PROTOCOL];
      let isOpen = false;
      const link = new Link(surroundings, { url, protocols, topics }, (topic) => this.#topics.has(topic), {
        opened: () => {
          isOpen = true;
          cancel();
          this.#opened(link, ticket?.connection_seconds ?? LONGEST);
        },
        heard: (message) => {
          this.#readings.advance(message);
          if (this.#memory.admits(message)) this.#listeners.tell(message);
        },
        subscribed: (topic) => this.#readings.add(topic),
        refused: (refusal) => {
          this.#topics.delete(refusal.topic);
          this.#listeners.emit("refused", refusal);
        },
        ended: () => {
          if (!isOpen) fail(new Error("The connection failed."));
          else if (link === this.#link) this.#ended();
        },
      });
      signal.addEventListener("abort", () => link.end());
    } catch (error) {
      fail(error);
    }
  }

  async #takeTicket(signal: AbortSignal): Promise<Ticket | undefined> {
    const token = await this.settings.token?.();
    return token === undefined ? undefined : this.#api.ticket(token, signal);
  }

  /** @param life how long the link is sent anything, in seconds */
  #opened(link: Link, life: number): void {
    const { after, random } = this.surroundings;
    this.#attempt = undefined;
    this.#cancelPlans();
    this.#old?.end();
    this.#old = this.#link;
    this.#link = link;
    const renewal = Math.max(life, SHORTEST) * 1_000 * (RENEWAL_FROM + random() * (RENEWAL_UNTIL - RENEWAL_FROM));
    this.#plans = [
      after(STABLE, () => {
        this.#failures = 0;
      }),
      after(renewal, () => void this.#connect()),
      after(LINGERING, () => this.#old?.end()),
    ];
    this.#readings.stop();
    this.#become("open");
    for (const topic of this.#topics) link.settle(topic);
  }

  #ended(): void {
    this.#link = undefined;
    this.#cancelPlans();
    this.#readings.stop();
    if (this.#attempt) this.#become("connecting");
    else if (this.#cancelRetry) this.#become("waiting");
    else this.#retry(new Error("The connection ended."));
  }

  #retry(error: unknown): void {
    const retryAfter = error instanceof ApiError ? error.retryAfter : 0;
    const wait = backoff(this.surroundings.random, this.#failures++, retryAfter);
    this.#attempt = undefined;
    this.#cancelRetry = this.surroundings.after(wait, () => void this.#connect());
    if (!this.#link) this.#become("waiting");
    this.#listeners.emit("failed", error);
  }

  #pageEvent(event: PageEvent): void {
    if (event === "put away") {
      this.#hangUp();
      this.#become("paused");
    } else if (this.state === "paused") {
      if (event === "shown") void this.#connect();
    } else if (this.#link) this.#link.check();
    else if (this.#cancelRetry && this.surroundings.now() - this.#attemptedAt >= IMPATIENCE) void this.#connect();
  }

  /** Ends links, attempts and everything that is planned. */
  #hangUp(): void {
    this.#attempt?.abort();
    this.#attempt = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#cancelPlans();
    this.#link?.end();
    this.#old?.end();
    this.#link = this.#old = undefined;
    this.#readings.stop();
  }

  #close(): void {
    this.#hangUp();
    this.#endWatch();
    this.#become("closed");
    this.#listeners.clear();
  }

  #cancelPlans(): void {
    for (const cancel of this.#plans) cancel();
    this.#plans = [];
  }

  #become(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.#listeners.emit("state", state);
  }
}
