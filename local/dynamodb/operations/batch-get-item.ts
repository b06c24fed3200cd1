import { invalid } from "../errors";
import { Placeholders } from "../expressions/placeholders";
import { type Projection, project } from "../expressions/projection";
import { attributesToGet, checkMixture, placeholders, readProjection } from "../requests/expressions";
import { item, returnConsumedCapacity } from "../requests/parameters";
import { flag, list, map, required, structure, text } from "../requests/shape";
import { NO_INDEXES, readUnits, UnitsByTable } from "../schema/capacity";
import { checkKey } from "../schema/keys";
import { itemKey } from "../storage/keys";
import type { Item } from "../values/attribute-value";
import { itemSize } from "../values/size";
import { readItem } from "../values/validate";
import { operation } from "./operation";

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
const MOST_KEYS = 100;
const MOST_BYTES = 16 * 1024 * 1024;
/** The most bytes of one partition, which a table on one machine is: a megabyte, and the item that goes beyond it. */
const MOST_PARTITION_BYTES = 1024 * 1024 + 400 * 1024;

const keysAndAttributes = structure("KeysAndAttributes", {
  Keys: required(list(item, { min: 1 })),
  ConsistentRead: flag,
  ProjectionExpression: text(),
  ExpressionAttributeNames: placeholders.ExpressionAttributeNames,
  AttributesToGet: attributesToGet,
});
const shape = structure("BatchGetItemInput", {
  RequestItems: required(map(keysAndAttributes, "KeysAndAttributes")),
  ReturnConsumedCapacity: returnConsumedCapacity,
});

interface Wanted {
  readonly keys: readonly Item[];
  readonly projection: Projection | undefined;
  readonly consistent: boolean;
}

export const batchGetItem = operation(shape, ({ RequestItems, ReturnConsumedCapacity }, { catalog, store }, input) => {
  const names = Object.keys(RequestItems);
  if (names.length === 0) throw invalid("The requestItems parameter is required for BatchGetItem");
  let count = 0;
  const wanted = new Map<string, Wanted>();
  for (const name of names) {
    const request = RequestItems[name] as (typeof RequestItems)[string];
    if (request.Keys.length > MOST_KEYS)
      throw invalid(
        `1 validation error detected: Value at 'RequestItems.${name}.member.Keys' failed to satisfy constraint: ` +
          `Member must have length less than or equal to ${MOST_KEYS}`,
      );
    count += request.Keys.length;
    checkMixture(request, ["ProjectionExpression"], ["AttributesToGet"]);
    const given = new Placeholders(request);
    const projection = readProjection(request, given);
    given.checkUsed();
    wanted.set(name, {
      keys: request.Keys.map((key) => readItem(key)),
      projection,
      consistent: request.ConsistentRead ?? false,
    });
  }
  if (count > MOST_KEYS) throw invalid("Too many items requested for the BatchGetItem call");

  const Responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, unknown[]> = {};
  const units = new UnitsByTable();
  let bytes = 0;
  const places = [...wanted].map(([name, { keys }]) => {
    const table = catalog.get(name);
    for (const key of keys) checkKey(table, key);
    const found = keys.map((key) => itemKey(table, key));
    if (new Set(found).size < found.length) throw invalid("Provided list of item keys contains duplicates");
    return { table, found };
  });
  [...wanted].forEach(([name, { keys, projection, consistent }], at) => {
    const { table, found } = places[at] as (typeof places)[number];
    const items: Item[] = [];
    Responses[name] = items;
    let [own, ofTable] = [0, 0];
    found.forEach((place, index) => {
      const value = store.get(place);
      const size = value === undefined ? 0 : itemSize(JSON.parse(value) as Item);
      if (bytes + size > MOST_BYTES || ofTable + size > MOST_PARTITION_BYTES) {
        own += readUnits(0, consistent);
        unprocessed[name] = [...(unprocessed[name] ?? []), keys[index]];
        return;
      }
      ofTable += size;
      bytes += size;
      own += readUnits(size, consistent);
      if (value === undefined) return;
      const item = JSON.parse(value) as Item;
      items.push(projection ? project(item, projection) : item);
    });
    units.add(table, { table: own, indexes: NO_INDEXES });
  });
  return {
    Responses,
    UnprocessedKeys: Object.fromEntries(
      Object.entries(unprocessed).map(([name, Keys]) => [name, { ...asGiven(input, name), Keys }]),
    ),
    ConsumedCapacity: units.consumed(ReturnConsumedCapacity),
  };
});

/** Returns the request for one table, to be made again. */
function asGiven(input: object, name: string): object {
  const { RequestItems } = input as { readonly RequestItems: Readonly<Record<string, object>> };
  return RequestItems[name] ?? {};
}
