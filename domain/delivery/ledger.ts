import type { Subscriber } from "../realtime/subscriptions";

/** A connection that is sent to. */
export interface Target {
  readonly subscriber: Subscriber;
  /** When it was first sent to, in milliseconds since 1970. */
  readonly since: number;
  /** When it was last sent to. */
  sentAt: number;
  settled: boolean;
}

/** The number of settled targets that are kept before the list is cut. */
const KEPT = 1_024;

/** Knows up to which place everyone is settled, though they are settled in any order. */
export class Ledger {
  private targets: Target[] = [];
  /** All before this one are settled. */
  private first = 0;
  private place: string | undefined;

  /** The place up to which everyone is settled; undefined if that is nobody. */
  get settledUpTo(): string | undefined {
    return this.place;
  }

  /** Enters a target whose place comes after all that were entered before. */
  enter(subscriber: Subscriber, since: number): Target {
    const target = { subscriber, since, sentAt: since, settled: false };
    this.targets.push(target);
    return target;
  }

  settle(target: Target): void {
    target.settled = true;
    for (let next = this.targets[this.first]; next?.settled; next = this.targets[this.first]) {
      this.place = next.subscriber.place;
      this.first += 1;
    }
    if (this.first < KEPT) return;
    this.targets = this.targets.slice(this.first);
    this.first = 0;
  }
}
