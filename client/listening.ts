import { Api, ApiError } from "./api";
import { attempt } from "./attempt";
import { backoff } from "./backoff";
import { type Comment, type Post, requireTopic, type Topic } from "./events";
import type { Listening, Settings } from "./interface";
import type { Link } from "./link";
import { type Heard, Listeners, type State } from "./listeners";
import { Memory } from "./memory";
import { Readings } from "./readings";
import { renewalAfter } from "./renewal";
import type { PageEvent, Surroundings } from "./surroundings";

/** Milliseconds after which a link has proved good, so that the next failure counts as the first. */
const STABLE = 60_000;
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
  /** Gives up the attempt that is under way. */
  #giveUp: (() => void) | undefined;
  #attemptedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #cancelRetry: (() => void) | undefined;
  /** The functions that cancel the timers of the open link. */
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
    else this.#connect();
  }

  subscribe(topic: Topic, known: readonly (Post | Comment)[] = []): void {
    requireTopic(topic);
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

  #connect(): void {
    const { surroundings, settings } = this;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#attemptedAt = surroundings.now();
    if (!this.#link) this.#become("connecting");
    const takeTicket = async (signal: AbortSignal) => {
      if (settings.ticket) return settings.ticket(signal);
      const token = await settings.token?.();
      return token === undefined ? undefined : this.#api.ticket(token, signal);
    };
    this.#giveUp = attempt(
      { url: settings.url, topics: this.#topics, surroundings, takeTicket },
      {
        opened: (link, life) => this.#opened(link, life),
        failed: (error) => this.#retry(error),
        heard: (message) => {
          this.#readings.advance(message);
          if (this.#memory.admits(message)) this.#listeners.tell(message);
        },
        subscribed: (topic) => this.#readings.add(topic),
        refused: (refusal) => {
          this.#topics.delete(refusal.topic);
          this.#listeners.emit("refused", refusal);
        },
        ended: (link) => {
          if (link === this.#link) this.#ended();
        },
      },
    );
  }

  /** @param life how long the link is sent anything, in seconds */
  #opened(link: Link, life: number): void {
    const { after, random } = this.surroundings;
    this.#giveUp = undefined;
    this.#cancelPlans();
    this.#old?.end();
    this.#old = this.#link;
    this.#link = link;
    this.#plans = [
      after(STABLE, () => {
        this.#failures = 0;
      }),
      after(renewalAfter(life, random), () => this.#connect()),
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
    if (this.#giveUp) this.#become("connecting");
    else if (this.#cancelRetry) this.#become("waiting");
    else this.#retry(new Error("The connection ended."));
  }

  #retry(error: unknown): void {
    const retryAfter = error instanceof ApiError ? error.retryAfter : 0;
    const wait = backoff(this.surroundings.random, this.#failures++, retryAfter);
    this.#giveUp = undefined;
    this.#cancelRetry = this.surroundings.after(wait, () => this.#connect());
    if (!this.#link) this.#become("waiting");
    this.#listeners.emit("failed", error);
  }

  #pageEvent(event: PageEvent): void {
    if (event === "put away") {
      this.#hangUp();
      this.#become("paused");
    } else if (this.state === "paused") {
      if (event === "shown") this.#connect();
    } else if (this.#link) this.#link.check();
    else if (this.#cancelRetry && this.surroundings.now() - this.#attemptedAt >= IMPATIENCE) this.#connect();
  }

  /** Ends links, attempts and everything that is planned. */
  #hangUp(): void {
    this.#giveUp?.();
    this.#giveUp = undefined;
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
