import type { Engine } from "../engine";
import { conditionFailed } from "../errors";
import { holds } from "../expressions/evaluate";
import { type Condition, pathsIn } from "../expressions/tree";
import type { Units } from "../schema/capacity";
import { checkPaths } from "../schema/keys";
import type { Table } from "../schema/table";
import type { Transaction } from "../storage/writer";
import { type Item, pick } from "../values/attribute-value";
import { storedItem } from "./item-writer";

/** A write of one item, read from a request: by itself or as an action of a transaction. */
export interface ItemWrite {
  readonly tableName: string;
  readonly condition: Condition | undefined;
  /** True if the error is to hold the item when the condition does not hold. */
  readonly returnsItemOnFailure: boolean;
  /** The key of the item. Throws a DynamoDbError if it does not fit the table. */
  keyIn(table: Table): Item;
  /** Returns the item as the write leaves it; undefined if it is deleted. Throws a DynamoDbError for what cannot be stored. */
  next(before: Item | undefined, key: Item, table: Table): Item | undefined;
}

/** The result of a write. */
export interface Written {
  readonly table: Table;
  readonly key: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly units: Units;
}

/** Does a write within a transaction. Throws a DynamoDbError, and has changed nothing, if it cannot be done. */
export function writeItem(engine: Engine, transaction: Transaction, write: ItemWrite): Written {
  const table = engine.catalog.get(write.tableName);
  const key = write.keyIn(table);
  if (write.condition) checkPaths(table, pathsIn(write.condition));
  const before = storedItem(transaction, table, key);
  if (write.condition && !holds(write.condition, before ?? {}))
    throw conditionFailed(write.returnsItemOnFailure ? (before as never) : undefined);
  const after = write.next(before, key, table);
  return { table, key, before, after, units: engine.change(transaction, { table, before, after }) };
}

/** ItemCollectionMetrics as they are answered: only tables with local indexes have item collections. */
export function itemCollectionMetrics(
  mode: "SIZE" | "NONE" | undefined,
  { table, key }: Pick<Written, "table" | "key">,
) {
  if (mode !== "SIZE" || table.indexes.every(({ global }) => global)) return undefined;
  return { ItemCollectionKey: pick(key, [table.key.hash.name]), SizeEstimateRangeGB: [0, 1] };
}

/** An item, unless there is none or it has no attributes. */
export const unlessEmpty = (item: Item | undefined) => (item && Object.keys(item).length > 0 ? item : undefined);
