import { fitsIndex } from "../schema/keys";
import { type Index, projectedNames, type Table } from "../schema/table";
import { entryKey, itemKey } from "../storage/keys";
import type { Transaction } from "../storage/writer";
import type { ItemChange, Recorder } from "../streams/records";
import { type Item, pick } from "../values/attribute-value";
import { itemSize } from "../values/size";

/** The write units that a change takes, of the table and of each index it touches. */
export interface WriteUnits {
  readonly table: number;
  readonly indexes: ReadonlyMap<Index, number>;
}

/** The item that is stored under a key. */
export function storedItem(transaction: Pick<Transaction, "get">, table: Table, key: Item): Item | undefined {
  const text = transaction.get(itemKey(table, key));
  return text === undefined ? undefined : (JSON.parse(text) as Item);
}

/**
 * Makes every change of an item, whoever asks for it: the item itself, its entries in all indexes and the record in the
 * table's stream belong to one transaction.
 */
export function changeItem(transaction: Transaction, recorder: Recorder, change: ItemChange): WriteUnits {
  const { table, before, after } = change;
  const item = after ?? before;
  if (!item || before === after) return { table: item ? writeUnits(itemSize(item)) : 1, indexes: new Map() };
  const text = after && JSON.stringify(after);
  if (text !== undefined) transaction.put(itemKey(table, item), text);
  else transaction.delete(itemKey(table, item));
  const indexes = new Map<Index, number>();
  for (const index of table.indexes) {
    const units = changeEntry(transaction, table, index, change, text);
    if (units > 0) indexes.set(index, units);
  }
  if (table.stream) recorder.record(transaction, table.stream, change);
  return { table: writeUnits(Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0)), indexes };
}

/** Puts an item into an index, if it belongs there. */
export function addEntry(transaction: Transaction, table: Table, index: Index, item: Item): void {
  if (!fitsIndex(index.key, item)) return;
  const key = entryKey(table, index, item);
  if (key !== undefined) transaction.put(key, JSON.stringify(projected(table, index, item)));
}

/** The units: a new, changed or removed entry each take some, an entry with another key takes both. */
function changeEntry(
  transaction: Transaction,
  table: Table,
  index: Index,
  { before, after }: ItemChange,
  text: string | undefined,
): number {
  const oldKey = before && fitsIndex(index.key, before) ? entryKey(table, index, before) : undefined;
  const newKey = after && entryKey(table, index, after);
  const oldEntry = oldKey === undefined || !before ? undefined : projected(table, index, before);
  const newEntry = newKey === undefined || !after ? undefined : projected(table, index, after);
  let units = 0;
  if (oldKey !== undefined && oldKey !== newKey) {
    transaction.delete(oldKey);
    units += writeUnits(itemSize(oldEntry ?? {}));
  }
  if (newKey !== undefined && newEntry) {
    const newText = newEntry === after && text !== undefined ? text : JSON.stringify(newEntry);
    if (oldKey === newKey && JSON.stringify(oldEntry) === newText) return units;
    transaction.put(newKey, newText);
    units += writeUnits(Math.max(itemSize(newEntry), oldKey === newKey ? itemSize(oldEntry ?? {}) : 0));
  }
  return units;
}

/** Returns the attributes of an item that an index has. */
function projected(table: Table, index: Index, item: Item): Item {
  const names = projectedNames(table, index);
  return names ? pick(item, names) : item;
}

/** A write unit is for each kilobyte begun, and at least one. */
const writeUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / 1024));
