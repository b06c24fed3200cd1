import { type Api, ApiError } from "./api";
import { backoff } from "./backoff";
import { type Announcement, type Change, isChange, type Topic } from "./events";
import type { Memory } from "./memory";
import { type Place, type Reading, readTopic } from "./reading";
import type { Surroundings } from "./surroundings";

/** What a topic's list says, now that it was read. */
export type TopicReading = Reading & { readonly topic: Topic };

interface ReadingsSettings {
  readonly api: Api;
  readonly memory: Memory;
  readonly surroundings: Surroundings;
  readonly tell: (change: Change) => void;
  readonly read: (reading: TopicReading) => void;
  readonly failed: (error: unknown) => void;
}

/** Milliseconds for which one reading may go on. */
const DEADLINE = 60_000;
/**
 * Milliseconds after which a list is read once more. What was made just before the subscription may have been announced
 * before it, and come into the list after the first reading.
 */
const AGAIN = 5_000;

/** Reads the lists of topics when a link begins to carry them: what was missed until then is in the lists. */
export class Readings {
  readonly #places = new Map<Topic, Place>();
  /** The topics whose lists are to be read, and whether once more after that. */
  readonly #due = new Map<Topic, boolean>();
  /** The functions that cancel the timers that run. */
  readonly #plans = new Set<() => void>();
  #running = new AbortController();
  #isReading = false;
  #failures = 0;

  constructor(private readonly settings: ReadingsSettings) {}

  /** Reads a topic's list, now and again a little later. */
  add(topic: Topic, again = true): void {
    this.#due.set(topic, again);
    if (!this.#isReading) void this.#readAll(this.#running.signal);
  }

  /** Forgets a topic. If it comes back, it begins anew. */
  drop(topic: Topic): void {
    this.#places.delete(topic);
    this.#due.delete(topic);
  }

  /** Notes how far a link has come: what was made earlier, by a margin, was told to it or before it opened. */
  advance(message: Announcement): void {
    if (!isChange(message)) return;
    for (const topic of ["all", `post:${message.post_id}`] as const) {
      const place = this.#places.get(topic);
      // While a list waits to be read there is a gap before this message.
      if (place?.until !== undefined && place.until < message.at && !this.#due.has(topic)) place.until = message.at;
    }
  }

  /** Ends everything that is under way or planned. */
  stop(): void {
    this.#running.abort();
    this.#running = new AbortController();
    this.#isReading = false;
    this.#failures = 0;
    this.#due.clear();
    for (const cancel of this.#plans) cancel();
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    this.#isReading = true;
    for (const [topic] of this.#due) {
      try {
        await this.#readOne(topic, signal);
      } catch (error) {
        if (signal.aborted) return;
        const wait = backoff(
          this.settings.surroundings.random,
          this.#failures++,
          error instanceof ApiError ? error.retryAfter : 0,
        );
        this.#after(wait, () => void this.#readAll(signal));
        return this.settings.failed(error);
      }
      if (signal.aborted) return;
      this.#failures = 0;
    }
    this.#isReading = false;
  }

  async #readOne(topic: Topic, signal: AbortSignal): Promise<void> {
    const { settings } = this;
    const places = this.#places;
    const ending = new AbortController();
    const end = () => ending.abort();
    const cancel = this.#after(DEADLINE, end);
    signal.addEventListener("abort", end);
    try {
      const place = places.get(topic) ?? { baseline: new Set() };
      places.set(topic, place);
      const reading = await readTopic(topic, place, settings, ending.signal);
      const again = this.#due.get(topic);
      // The next link reads the list anew, or the topic was dropped.
      if (signal.aborted || again === undefined) return;
      this.#due.delete(topic);
      if (again) this.#after(AGAIN, () => places.has(topic) && this.add(topic, false));
      place.until ??= "";
      for (const { updated_at } of reading.items) if (updated_at > place.until) place.until = updated_at;
      settings.read({ topic, ...reading });
    } finally {
      cancel();
      signal.removeEventListener("abort", end);
    }
  }

  /** Calls after so many milliseconds, unless everything is stopped before. Returns what cancels it. */
  #after(milliseconds: number, call: () => void): () => void {
    const cancel = () => {
      this.#plans.delete(cancel);
      cancelTimer();
    };
    const cancelTimer = this.settings.surroundings.after(milliseconds, () => {
      this.#plans.delete(cancel);
      call();
    });
    this.#plans.add(cancel);
    return cancel;
  }
}
