import { type Index, type KeySchema, keyNames, type Table } from "../schema/table";
import { type AttributeValue, attribute, type Item } from "../values/attribute-value";
import { fourBytes, keyAfter, orderedKey } from "./key-order";
import { partitionHash } from "./partition-hash";
import type { Range } from "./store";

// The keys under which everything is stored. One letter names the kind; numbers follow as four bytes each.
//   m            the counters (see tables/catalog.ts)
//   t NAME       a table
//   d ID         a table or index that was deleted and is being cleared away
//   i TABLE ...  an item
//   x TABLE INDEX ...  an entry of an index: the projected item
//   r STREAM     a stream
//   s STREAM SEQUENCE  a record of a stream

export const COUNTERS = "m";
export const tableKey = (name: string) => `t${name}`;
export const TABLES: Range = { from: "t", before: "u" };

/** All items of a table. */
export const itemsPrefix = (table: Table) => `i${fourBytes(table.id)}`;
/** All entries of an index. */
export const entriesPrefix = (table: Table, index: Index) => `${indexesPrefix(table)}${fourBytes(index.id)}`;
/** All entries of all indexes of a table. */
export const indexesPrefix = (table: Table) => `x${fourBytes(table.id)}`;
export const rangeOf = (prefix: string): Range => ({ from: prefix, before: keyAfter(prefix) });

/** The beginning of the keys that a partition has among the items of a table or the entries of an index. */
export function partitionPrefix(container: string, hash: AttributeValue): string {
  return `${container}${partitionHash(hash)}${orderedKey(hash)}`;
}

/** The key of an item, of which the key attributes are enough. */
export function itemKey(table: Table, item: Item): string {
  return `${itemsPrefix(table)}${placeOf(table.key, item)}`;
}

/** The key of an item's entry in an index; undefined if the item is not in it, for want of a key attribute. */
export function entryKey(table: Table, index: Index, item: Item): string | undefined {
  const { hash, range } = index.key;
  if (attribute(item, hash.name) === undefined) return undefined;
  if (range && attribute(item, range.name) === undefined) return undefined;
  // The item's own key makes it unique: several items may have the same key in an index, and come in the order of this hash.
  const own = keyNames(table.key).map((name) => attribute(item, name) as AttributeValue);
  const place = `${partitionHash(...own)}${own.map(orderedKey).join("")}`;
  return `${entriesPrefix(table, index)}${placeOf(index.key, item)}${place}`;
}

function placeOf({ hash, range }: KeySchema, item: Item): string {
  const partition = partitionPrefix("", attribute(item, hash.name) as AttributeValue);
  return range ? partition + orderedKey(attribute(item, range.name) as AttributeValue) : partition;
}

/** The part of a container's keys that a segment of a parallel scan reads. */
export function segmentRange(container: string, segment: number, total: number): Range {
  // The first twelve bits of the hash decide.
  const bound = (number: number) => Math.ceil((number * 2 ** 12) / total) * 2 ** 20;
  const end = bound(segment + 1);
  return {
    from: container + fourBytes(bound(segment)),
    before: end === 2 ** 32 ? keyAfter(container) : container + fourBytes(end),
  };
}

export const streamKey = (id: number) => `r${fourBytes(id)}`;
export const STREAMS: Range = { from: "r", before: "s" };
export const recordsPrefix = (streamId: number) => `s${fourBytes(streamId)}`;
/** The key of a stream's record: they are in the order of their sequence numbers. */
export const recordKey = (streamId: number, sequence: number) =>
  `${recordsPrefix(streamId)}${fourBytes(Math.floor(sequence / 2 ** 32))}${fourBytes(sequence % 2 ** 32)}`;

export const DELETED: Range = { from: "d", before: "e" };
/** Marks everything under a prefix as deleted. */
export const deletedKey = (prefix: string) => `d${prefix}`;
