import { type Api, ApiError } from "./api";
import { backoff } from "./backoff";
import { type Announcement, type Change, isChange, type Topic } from "./events";
import type { Memory } from "./memory";
import { type Reading, readTopic } from "./reading";
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
  /** Until when everything of a topic is known, as the server tells time; `""` if it had nothing. */
  private readonly until = new Map<Topic, string>();
  /** The topics whose lists are to be read, and whether once more after that. */
  private readonly due = new Map<Topic, boolean>();
  /** What cancels what is planned. */
  private readonly plans = new Set<() => void>();
  private running = new AbortController();
  private isReading = false;
  private failures = 0;

  constructor(private readonly settings: ReadingsSettings) {}

  /** Reads a topic's list, now and again a little later. */
  add(topic: Topic, again = true): void {
    this.due.set(topic, again);
    if (!this.isReading) void this.readAll(this.running.signal);
  }

  /** Forgets a topic. If it comes back, it begins anew. */
  drop(topic: Topic): void {
    this.until.delete(topic);
    this.due.delete(topic);
  }

  /** Notes how far a link has come: what was made earlier, by a margin, was told to it or before it opened. */
  advance(message: Announcement): void {
    if (!isChange(message)) return;
    for (const topic of ["all", `post:${message.post_id}`] as const) {
      const until = this.until.get(topic);
      // While a list waits to be read there is a gap before this message.
      if (until !== undefined && until < message.at && !this.due.has(topic)) this.until.set(topic, message.at);
    }
  }

  /** Ends everything that is under way or planned. */
  stop(): void {
    this.running.abort();
    this.running = new AbortController();
    this.isReading = false;
    this.failures = 0;
    this.due.clear();
    for (const cancel of this.plans) cancel();
  }

  private async readAll(signal: AbortSignal): Promise<void> {
    this.isReading = true;
    for (const [topic] of this.due) {
      try {
        await this.readOne(topic, signal);
      } catch (error) {
        if (signal.aborted) return;
        const wait = backoff(
          this.settings.surroundings.random,
          this.failures++,
          error instanceof ApiError ? error.retryAfter : 0,
        );
        this.after(wait, () => void this.readAll(signal));
        return this.settings.failed(error);
      }
      if (signal.aborted) return;
      this.failures = 0;
    }
    this.isReading = false;
  }

  private async readOne(topic: Topic, signal: AbortSignal): Promise<void> {
    const { settings, until } = this;
    const { surroundings } = settings;
    const ending = new AbortController();
    const end = () => ending.abort();
    const cancel = this.after(DEADLINE, end);
    signal.addEventListener("abort", end);
    try {
      const reading = await readTopic(topic, until.get(topic), { ...settings, now: surroundings.now }, ending.signal);
      const again = this.due.get(topic);
      // It is for the next link to say, or nobody asks any more.
      if (signal.aborted || again === undefined) return;
      this.due.delete(topic);
      if (again) this.after(AGAIN, () => until.has(topic) && this.add(topic, false));
      const times = reading.items.map(({ updated_at }) => updated_at);
      until.set(
        topic,
        [until.get(topic) ?? "", ...times].reduce((a, b) => (a > b ? a : b)),
      );
      settings.read({ topic, ...reading });
    } finally {
      cancel();
      signal.removeEventListener("abort", end);
    }
  }

  /** Calls after so many milliseconds, unless everything is stopped before. Returns what cancels it. */
  private after(milliseconds: number, call: () => void): () => void {
    const cancel = () => {
      this.plans.delete(cancel);
      cancelTimer();
    };
    const cancelTimer = this.settings.surroundings.after(milliseconds, () => {
      this.plans.delete(cancel);
      call();
    });
    this.plans.add(cancel);
    return cancel;
  }
}
