import { EmptyKeyError, invalid } from "../errors";
import { Placeholders } from "../expressions/placeholders";
import { project } from "../expressions/projection";
import { placeholders, readProjection } from "../requests/expressions";
import { item, returnConsumedCapacity, tableName } from "../requests/parameters";
import { list, required, structure, text } from "../requests/shape";
import { NO_INDEXES, readUnits, UnitsByTable } from "../schema/capacity";
import { checkKey } from "../schema/keys";
import type { Table } from "../schema/table";
import type { Item } from "../values/attribute-value";
import { itemSize } from "../values/size";
import { readItem } from "../values/validate";
import { storedItem } from "../writing/item-writer";
import { operation } from "./operation";
import { all, checkDistinct } from "./transact-write-items";

const MOST_ACTIONS = 100;

const get = structure("Get", {
  TableName: required(tableName),
  Key: required(item),
  ProjectionExpression: text(),
  ExpressionAttributeNames: placeholders.ExpressionAttributeNames,
});
const shape = structure("TransactGetItemsInput", {
  TransactItems: required(list(structure("TransactGetItem", { Get: required(get) }), { min: 1, max: MOST_ACTIONS })),
  ReturnConsumedCapacity: returnConsumedCapacity,
});

export const transactGetItems = operation(shape, async ({ TransactItems, ReturnConsumedCapacity }, engine) => {
  const gets = TransactItems.map(({ Get }) => {
    const key = readItem(Get.Key);
    const given = new Placeholders(Get);
    const projection = readProjection(Get, given);
    given.checkUsed();
    return { name: Get.TableName, key, projection };
  });
  checkDistinct(
    gets.map(({ name, key }) => ({
      tableName: name,
      keyIn(table) {
        checkReadKey(table, key);
        return key;
      },
    })),
    (name) => engine.catalog.get(name),
  );
  // Among the writes, so that it sees none of them half done.
  const found = await engine.writer.run((transaction) =>
    all(gets, ({ name, key, projection }) => {
      const table = engine.catalog.get(name);
      checkReadKey(table, key);
      return { table, projection, item: storedItem(transaction, table, key) };
    }),
  );
  const units = new UnitsByTable();
  for (const { table, item } of found)
    units.add(table, { table: readUnits(item ? itemSize(item) : 0, true), indexes: NO_INDEXES }, 2);
  return {
    Responses: found.map(({ item, projection }) =>
      item ? { Item: projection ? project(item, projection) : item } : {},
    ),
    ConsumedCapacity: units.consumed(ReturnConsumedCapacity, "Read"),
  };
});

/** Checks the key of one read. Other than for writes, an empty one is a reason to cancel like any other wrong key. */
function checkReadKey(table: Table, key: Item): void {
  try {
    checkKey(table, key);
  } catch (error) {
    throw error instanceof EmptyKeyError ? invalid(error.message) : error;
  }
}
