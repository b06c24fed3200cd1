import type { Clock } from "../shared/clock";
import { messageOf } from "../shared/errors";
import type { Engine } from "./engine";
import type { Table } from "./schema/table";
import { itemsPrefix, rangeOf } from "./storage/keys";
import { attribute, type Item } from "./values/attribute-value";
import { storedItem } from "./writing/item-writer";

/** The interval, in milliseconds, at which expired items are removed. On AWS they stay for up to days: nobody may rely on it. */
const SWEEP_EVERY = 60_000;
/** DynamoDB takes what expired more than five years ago for a mistake and keeps it. */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;
/** The number of items that one commit removes. */
const BATCH = 100;

/**
 * Removes items whose time is over, in the background; until then they are read like any other. Streams are trimmed at
 * the same time.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export class TimeToLive {
  private sweep: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly end: () => void;

  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
    hint: (text: string) => void,
  ) {
    this.end = clock.every(SWEEP_EVERY, () => {
      this.sweep = this.sweep
        .then(() => this.removeExpired())
        .catch((error: unknown) => hint(`Expired items could not be removed: ${messageOf(error)}`));
    });
  }

  /** Waits until everything is removed that had expired when it was last looked for. */
  settled(): Promise<void> {
    return this.sweep;
  }

  /** Ends, and waits for what is being removed. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.end();
    await this.settled();
  }

  private async removeExpired(): Promise<void> {
    for (const table of this.engine.catalog.all())
      if (table.timeToLive !== undefined && !this.stopped) await this.removeFrom(table, table.timeToLive);
    if (!this.stopped) await this.engine.streams.trim();
  }

  private async removeFrom(table: Table, name: string): Promise<void> {
    const now = Math.floor(this.clock.now() / 1000);
    let expired: Item[] = [];
    for await (const [, value] of this.engine.store.entries(rangeOf(itemsPrefix(table)))) {
      if (this.stopped) return;
      const item = JSON.parse(value) as Item;
      if (!isExpired(item, name, now)) continue;
      expired.push(item);
      if (expired.length < BATCH) continue;
      await this.remove(table.name, name, expired, now);
      expired = [];
    }
    await this.remove(table.name, name, expired, now);
  }

  /** Removes the items whose time is still over: they may have been changed since they were read. */
  private async remove(tableName: string, name: string, items: readonly Item[], now: number): Promise<void> {
    if (items.length === 0) return;
    await this.engine.writer.run((transaction) => {
      const table = this.engine.catalog.find(tableName);
      if (table?.timeToLive !== name) return;
      for (const item of items) {
        const before = storedItem(transaction, table, item);
        if (before && isExpired(before, name, now))
          this.engine.change(transaction, { table, before, after: undefined, expired: true });
      }
    });
  }
}

function isExpired(item: Item, name: string, now: number): boolean {
  const value = attribute(item, name);
  if (!value || !("N" in value)) return false;
  const time = Number(value.N);
  return time < now && time > now - OLDEST_SECONDS;
}
