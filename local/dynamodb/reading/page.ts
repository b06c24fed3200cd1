import type { Engine } from "../engine";
import { holds } from "../expressions/evaluate";
import { type Projection, pathsOf, project } from "../expressions/projection";
import { type Condition, pathsIn } from "../expressions/tree";
import { type CapacityMode, consumedCapacity, NO_INDEXES, readUnits } from "../schema/capacity";
import { checkPaths } from "../schema/keys";
import type { Range } from "../storage/store";
import { type Item, pick } from "../values/attribute-value";
import { itemSize } from "../values/size";
import { storedItem } from "../writing/item-writer";
import type { Select, Source } from "./source";

/** A page ends with the item that brings it to this size, whether or not the filter lets it through. */
const MOST_BYTES = 1024 * 1024;

export interface PageRequest {
  readonly source: Source;
  readonly range: Range;
  readonly filter: Condition | undefined;
  readonly projection: Projection | undefined;
  readonly select: Select;
  readonly limit: number | undefined;
  readonly consistent: boolean;
  readonly capacity: CapacityMode;
}

/** Reads one page of a query or scan, and answers it as the API does. */
export async function readPage(engine: Engine, request: PageRequest) {
  const { source, filter, projection, select, limit = Number.POSITIVE_INFINITY, consistent } = request;
  const { table, index } = source;
  const readsTable = source.readsTable(select, projection);
  checkPaths(table, [...(filter ? pathsIn(filter) : []), ...(projection ? pathsOf(projection) : [])]);
  const items: Item[] = [];
  let [count, scanned, bytes, fetched] = [0, 0, 0, 0];
  let last: Item | undefined;
  for await (const [, value] of engine.store.entries(request.range, limit)) {
    const entry = JSON.parse(value) as Item;
    scanned++;
    bytes += itemSize(entry);
    const item = readsTable ? (storedItem(engine.store, table, entry) ?? entry) : entry;
    if (readsTable) fetched += readUnits(itemSize(item), consistent);
    if (!filter || holds(filter, item)) {
      count++;
      if (select !== "COUNT") items.push(projection ? project(item, projection) : item);
    }
    if (scanned >= limit || bytes >= MOST_BYTES) {
      last = entry;
      break;
    }
  }
  const units = readUnits(bytes, consistent);
  return {
    Items: select === "COUNT" ? undefined : items,
    Count: count,
    ScannedCount: scanned,
    LastEvaluatedKey: last && pick(last, source.startKeyNames),
    ConsumedCapacity: consumedCapacity(
      request.capacity,
      table,
      index ? { table: fetched, indexes: new Map([[index, units]]) } : { table: units, indexes: NO_INDEXES },
    ),
  };
}
