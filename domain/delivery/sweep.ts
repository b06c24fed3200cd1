import { setMaxListeners } from "node:events";
import type { Subscriber } from "../realtime/subscriptions";
import { forgetGone, isPassing, pauseBelow, RETRY_CEILINGS, type SweepServices } from "./attempts";
import { Handover } from "./handover";
import { Ledger, type Target } from "./ledger";
import type { SendOutcome } from "./sender";
import type { SweepOptions, SweepResult } from "./sweeping";
import { createWindow } from "./window";

/**
 * The age of a send, in milliseconds, from which on it is not tried again here: after one that got no answer within the
 * two seconds that each has, there is a second one.
 */
const OLD = 2_500;
/** The most connections that wait for a retry, or to be forgotten, before no more are sent to. */
const MOST_WAITING = 256;

/** How long the last ones may take: this many times the usual, but no less than the floor in milliseconds. */
const PATIENCE = 4;
const PATIENCE_FLOOR = 250;
/** How often the age of the last ones is looked at, in milliseconds. */
const LOOK = 50;

/**
 * Sends a message to subscribers, in the order of their places, through a window that is as wide as the gateway allows.
 * However many there are, a page of them and those that are being sent to are in memory.
 *
 * Whoever is throttled or does not answer is tried again a few times, after random waits; whoever is not reached then is
 * left over. So are the last ones, in a hurry, if everyone else is done and they take many times longer than usual: one
 * slow connection holds up nobody. A connection found gone is forgotten, unless it may still be opening.
 *
 * @throws what handing on in the end rejects with
 */
export function sweep(
  pages: AsyncIterable<readonly Subscriber[]>,
  data: Uint8Array,
  services: SweepServices,
  options: SweepOptions,
): Promise<SweepResult> {
  return new Sweep(data, services, options).over(pages);
}

class Sweep {
  private readonly window = createWindow();
  /** Ends all sends: the time is up, or the last ones are left over. */
  private readonly end = new AbortController();
  private readonly counts = { attempted: 0, delivered: 0, gone: 0, failed: 0 };
  private readonly ledger = new Ledger();
  private readonly handover: Handover;
  /** The targets whose outcome is not known yet, the oldest first. */
  private readonly open = new Set<Target>();
  private underWay = 0;
  private waiting = 0;
  private forbidden = false;
  /** The milliseconds that an answer takes, on average over the last ones; undefined until one has come. */
  private usual: number | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly data: Uint8Array,
    private readonly services: SweepServices,
    private readonly options: SweepOptions,
  ) {
    this.handover = new Handover(this.ledger, services, options);
    // Every send and every wait listens to one of the two signals; Node.js takes more than ten listeners for a leak.
    setMaxListeners(0, this.end.signal, options.signal);
  }

  async over(pages: AsyncIterable<readonly Subscriber[]>): Promise<SweepResult> {
    const { signal } = this.options;
    const end = () => this.end.abort(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    try {
      const stoppedAt = await this.startAll(pages);
      await this.finishLast();
      await this.handover.handOn();
      const stopped = this.forbidden ? "forbidden" : stoppedAt;
      const { handedOn: left } = this.handover;
      return { ...this.counts, left, reached: this.ledger.settledUpTo, ...(stopped !== undefined && { stopped }) };
    } finally {
      signal.removeEventListener("abort", end);
      this.end.abort();
    }
  }

  /** Starts sending to one after the other. Returns why it stopped before the end, if it did. */
  private async startAll(pages: AsyncIterable<readonly Subscriber[]>): Promise<SweepResult["stopped"]> {
    const { most = Number.POSITIVE_INFINITY, signal } = this.options;
    try {
      for await (const page of pages)
        for (const subscriber of page) {
          while (this.isFull && !this.isOver) await this.change();
          if (signal.aborted || this.forbidden) return "time";
          if (this.counts.attempted >= most) return "most";
          this.counts.attempted += 1;
          void this.reach(this.ledger.enter(subscriber, this.services.now()));
        }
    } catch (error) {
      return signal.aborted ? "time" : { error };
    }
    return undefined;
  }

  private get isFull(): boolean {
    return this.underWay >= this.window.limit || this.waiting >= MOST_WAITING;
  }

  private get isOver(): boolean {
    return this.forbidden || this.end.signal.aborted;
  }

  /** Waits until a send has its answer or a wait is over. */
  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private changed(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  /** Sends to one connection, and again if need be. Never rejects. */
  private async reach(target: Target): Promise<void> {
    const { now, random, sleep } = this.services;
    this.open.add(target);
    let outcome = await this.send(target);
    for (const ceiling of RETRY_CEILINGS) {
      if (!isPassing(outcome) || this.isOver || now() - target.since >= OLD) break;
      await this.aside(sleep(pauseBelow(ceiling, random), this.end.signal));
      if (this.isOver) break;
      outcome = await this.send(target);
    }
    this.open.delete(target);
    this.settle(target, outcome);
  }

  private async send(target: Target): Promise<SendOutcome> {
    const { sender, now } = this.services;
    const { signal } = this.end;
    target.sentAt = now();
    this.underWay += 1;
    const outcome = await sender.send(target.subscriber.connectionId, this.data, signal);
    this.underWay -= 1;
    if (!signal.aborted) {
      const time = now() - target.sentAt;
      this.usual = this.usual === undefined ? time : this.usual + (time - this.usual) / 16;
      this.window.answered(isPassing(outcome));
    }
    this.changed();
    return outcome;
  }

  /** Waits for work that needs no place in the window. */
  private async aside(work: Promise<void>): Promise<void> {
    this.waiting += 1;
    await work;
    this.waiting -= 1;
    this.changed();
  }

  private settle(target: Target, outcome: SendOutcome): void {
    const { leave, signal } = this.options;
    if (isPassing(outcome) && leave) this.handover.leaveOver(target);
    else {
      this.ledger.settle(target);
      if (outcome === "delivered") this.counts.delivered += 1;
      else if (outcome === "gone" || outcome === "invalid") {
        this.counts.gone += 1;
        void this.aside(forgetGone(target.subscriber, outcome, this.services, signal));
      } else {
        this.counts.failed += 1;
        this.forbidden ||= outcome === "forbidden";
      }
    }
    if (!this.end.signal.aborted && this.handover.isDue) void this.aside(this.handover.noteOnTheWay());
    this.changed();
  }

  /** Waits for the last ones, but in a hurry not for whoever takes many times longer than usual. */
  private async finishLast(): Promise<void> {
    const { now, sleep } = this.services;
    const { hurries, leave } = this.options;
    while (this.open.size + this.waiting > 0) {
      const patience = Math.max(PATIENCE_FLOOR, PATIENCE * (this.usual ?? Number.POSITIVE_INFINITY));
      const isLate = ({ sentAt }: Target) => now() - sentAt >= patience;
      if (hurries && leave && this.open.size > 0 && [...this.open].every(isLate)) this.end.abort();
      const change = this.change();
      // Sends that were aborted answer soon, so that nobody looks at their age any more.
      await (this.end.signal.aborted ? change : Promise.race([change, sleep(LOOK, this.end.signal)]));
    }
  }
}
