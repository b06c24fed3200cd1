import type { TableDefinition } from "./definition/model";
import { DynamoDbError } from "./dynamodb-operations";
import type { DynamoDbStore } from "./dynamodb-store";
import type { Clock } from "./shared/clock";
import { isObject, type Json, member } from "./shared/json";

/** How often, in milliseconds, expired items are removed. On AWS they stay for up to days: nobody may rely on it. */
const SWEEP_EVERY = 60_000;
/** DynamoDB takes what expired more than five years ago for a mistake and keeps it. */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;

/**
 * Removes items whose time is over, in the background; until then they are read like any other.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export class TimeToLive {
  private sweep: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly end: () => void;

  constructor(
    private readonly store: DynamoDbStore,
    private readonly tables: readonly TableDefinition[],
    private readonly clock: Clock,
    failed: (error: unknown) => void,
  ) {
    this.end = clock.every(SWEEP_EVERY, () => {
      this.sweep = this.sweep.then(() => this.removeExpired()).catch(failed);
    });
  }

  /** Waits for what is being removed. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.end();
    await this.sweep;
  }

  private async removeExpired(): Promise<void> {
    for (const table of this.tables)
      if (table.timeToLive !== undefined && !this.stopped) await this.removeFrom(table, table.timeToLive);
  }

  private async removeFrom({ name: TableName, key }: TableDefinition, attribute: string): Promise<void> {
    const now = Math.floor(this.clock.now() / 1000);
    let ExclusiveStartKey: Json | undefined;
    do {
      const page = await this.store.call("Scan", {
        TableName,
        FilterExpression: "#ttl < :now AND #ttl > :oldest",
        ExpressionAttributeNames: { "#ttl": attribute },
        ExpressionAttributeValues: { ":now": { N: String(now) }, ":oldest": { N: String(now - OLDEST_SECONDS) } },
        ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
      });
      for (const item of Array.isArray(page.Items) ? page.Items : []) {
        if (this.stopped || !isObject(item)) return;
        const names = [key.hash, ...(key.range === undefined ? [] : [key.range])];
        await this.remove(TableName, Object.fromEntries(names.map((name) => [name, member(item, name) ?? null])), {
          attribute,
          value: member(item, attribute) ?? null,
        });
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && !this.stopped);
  }

  /** Unless its time was changed in the meantime. */
  private async remove(TableName: string, Key: Record<string, Json>, seen: { attribute: string; value: Json }) {
    try {
      await this.store.call("DeleteItem", {
        TableName,
        Key,
        ConditionExpression: "#ttl = :seen",
        ExpressionAttributeNames: { "#ttl": seen.attribute },
        ExpressionAttributeValues: { ":seen": seen.value },
      });
    } catch (error) {
      if (!(error instanceof DynamoDbError)) throw error;
    }
  }
}
