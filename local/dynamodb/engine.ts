import type { Place } from "../definition/terraform";
import type { Clock } from "../shared/clock";
import { messageOf } from "../shared/errors";
import { Catalog } from "./storage/catalog";
import { problemOf, Store, type StoreOptions } from "./storage/store";
import { type Transaction, Writer } from "./storage/writer";
import type { ItemChange } from "./streams/records";
import { Streams } from "./streams/streams";
import { changeItem, type WriteUnits } from "./writing/item-writer";
import { Tokens } from "./writing/tokens";

export interface EngineOptions extends StoreOptions {
  readonly place: Place;
}

/** Holds the tables, their items and their streams, on which all operations work. */
export class Engine {
  /** The idempotency tokens of transactions. */
  readonly tokens: Tokens;
  private readonly background = new Set<Promise<void>>();

  private constructor(
    readonly place: Place,
    readonly clock: Clock,
    readonly store: Store,
    readonly writer: Writer,
    readonly catalog: Catalog,
    readonly streams: Streams,
    private readonly hint: (text: string) => void,
  ) {
    this.tokens = new Tokens(clock);
  }

  /** Opens the data folder; see `Store.open` for what it throws. */
  static async open(options: EngineOptions): Promise<Engine> {
    const { place, clock, hint } = options;
    const store = await Store.open(options);
    try {
      const writer = new Writer(store);
      const catalog = await Catalog.load(store, writer, hint);
      return new Engine(place, clock, store, writer, catalog, await Streams.load(store, writer, clock), hint);
    } catch (error) {
      await store.abandon();
      throw problemOf(error, options.folder);
    }
  }

  /** Makes a change of an item within a transaction; see `changeItem`. */
  change(transaction: Transaction, change: ItemChange): WriteUnits {
    const units = changeItem(transaction, this.streams.recorder, change);
    this.streams.announce(transaction, change.table);
    return units;
  }

  /** Lets work go on that nobody waits for, but `close`. */
  inBackground(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => this.hint(`The database could not finish in the background: ${messageOf(error)}`))
      .finally(() => this.background.delete(done));
    this.background.add(done);
  }

  /** Waits for what is being written and closes the data folder. */
  async close(): Promise<void> {
    await Promise.all(this.background);
    await this.catalog.settled();
    await this.writer.settled();
    await this.store.close();
  }
}
