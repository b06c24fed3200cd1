import type { SweepServices } from "./attempts";
import type { Ledger, Target } from "./ledger";
import type { SweepOptions } from "./sweeping";

/** The number of connections left over from which on they are handed on. */
const LEFT_BATCH = 100;
/** The milliseconds between two notes of how far the sweep has come. */
const NOTE_EVERY = 1_000;

/** Hands on the connections that a sweep leaves over, and notes how far it has come, while it goes on. */
export class Handover {
  /** The number of connections that were handed on. */
  handedOn = 0;
  private left: Target[] = [];
  private lastNote: number;
  private isNoting = false;

  constructor(
    private readonly ledger: Ledger,
    private readonly services: Pick<SweepServices, "now" | "log">,
    private readonly options: Pick<SweepOptions, "id" | "leave" | "note">,
  ) {
    this.lastNote = services.now();
  }

  leaveOver(target: Target): void {
    this.left.push(target);
  }

  /** True when it is time to hand on and to note, and neither is under way. */
  get isDue(): boolean {
    const isNoteDue = this.options.note !== undefined && this.services.now() - this.lastNote >= NOTE_EVERY;
    return !this.isNoting && (isNoteDue || this.left.length >= LEFT_BATCH);
  }

  /** Hands on who is left over so far and notes how far this has come. Never rejects: it is done again, later. */
  async noteOnTheWay(): Promise<void> {
    this.isNoting = true;
    try {
      await this.handOn();
      const place = this.ledger.settledUpTo;
      if (place !== undefined) await this.options.note?.(place);
    } catch (error) {
      this.services.log.warn("A delivery could not note how far it has come", { error, message_id: this.options.id });
    }
    this.lastNote = this.services.now();
    this.isNoting = false;
  }

  /** Hands on who is left over so far. @throws what `leave` rejects with; they are left over as before then */
  async handOn(): Promise<void> {
    const batch = this.left;
    if (batch.length === 0) return;
    this.left = [];
    try {
      await this.options.leave?.(batch.map(({ subscriber }) => subscriber));
    } catch (error) {
      this.left = [...batch, ...this.left];
      throw error;
    }
    this.handedOn += batch.length;
    for (const target of batch) this.ledger.settle(target);
  }
}
