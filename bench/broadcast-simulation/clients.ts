import type { Range, Subscriber } from "../../domain/realtime/subscriptions";
import type { Inputs } from "./inputs";

/** The digits of a client's number in its connection's id: of one length, ids of one hash are in the order of numbers. */
const DIGITS = 8;

/**
 * All who listen, by number, in the order of their places: what the table holds of them, and what they have received. A
 * million of them are a few arrays.
 */
export class Clients {
  private readonly hashes: Uint32Array;
  private readonly stale: Uint8Array;
  private readonly forgotten: Uint8Array;
  private readonly copies: Uint8Array;
  /** The time at which each received its first copy, in milliseconds. */
  private readonly firstCopy: Float64Array;

  constructor({ subscribers, faults }: Inputs, random: () => number) {
    this.hashes = new Uint32Array(subscribers);
    this.stale = new Uint8Array(subscribers);
    for (let client = 0; client < subscribers; client++) {
      this.hashes[client] = random() * 2 ** 32;
      this.stale[client] = random() < faults.stale ? 1 : 0;
    }
    this.hashes.sort();
    this.forgotten = new Uint8Array(subscribers);
    this.copies = new Uint8Array(subscribers);
    this.firstCopy = new Float64Array(subscribers);
  }

  subscriber(client: number): Subscriber {
    const connectionId = `c${String(client).padStart(DIGITS, "0")}=`;
    const hash = (this.hashes[client] ?? 0).toString(16).padStart(8, "0");
    return { connectionId, connectedAt: 0, place: hash + connectionId, topic: "all" };
  }

  private static number(connectionId: string): number {
    return Number(connectionId.slice(1, 1 + DIGITS));
  }

  /** Returns a page of the table: subscribers from a number on, and the number of the next page's first one. */
  page({ after, until }: Range, from: number | undefined, rows: number) {
    const start = from ?? (after === undefined ? 0 : this.first((place) => place > after));
    const end = until === undefined ? this.hashes.length : this.first((place) => place >= until);
    const stop = Math.min(end, start + rows);
    const page: Subscriber[] = [];
    for (let client = start; client < stop; client++) if (!this.forgotten[client]) page.push(this.subscriber(client));
    return { page, next: stop < end ? stop : undefined };
  }

  /** Returns the number of the first client whose place is so, by bisection. */
  private first(is: (place: string) => boolean): number {
    let [low, high] = [0, this.hashes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (is(this.subscriber(middle).place)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  isGone = (connectionId: string): boolean => this.stale[Clients.number(connectionId)] === 1;

  forget(connectionId: string): void {
    this.forgotten[Clients.number(connectionId)] = 1;
  }

  receive(connectionId: string, time: number): void {
    const client = Clients.number(connectionId);
    if (this.copies[client] === 0) this.firstCopy[client] = time;
    this.copies[client] = Math.min(255, (this.copies[client] ?? 0) + 1);
  }

  /**
   * Returns when the clients that stayed received the message. A client knows a second copy by the message's id, and
   * throws it away.
   */
  received() {
    const times: number[] = [];
    let missing = 0;
    let twice = 0;
    for (let client = 0; client < this.copies.length; client++) {
      if (this.stale[client]) continue;
      const copies = this.copies[client] ?? 0;
      if (copies === 0) missing += 1;
      else times.push(this.firstCopy[client] ?? 0);
      twice += Math.max(0, copies - 1);
    }
    return { times: Float64Array.from(times).sort(), missing, thrownAway: twice };
  }
}
