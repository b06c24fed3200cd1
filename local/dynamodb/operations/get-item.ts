import { Placeholders } from "../expressions/placeholders";
import { pathsOf, project } from "../expressions/projection";
import { attributesToGet, checkMixture, placeholders, readProjection } from "../requests/expressions";
import { item, returnConsumedCapacity, tableName } from "../requests/parameters";
import { flag, required, structure, text } from "../requests/shape";
import { consumedCapacity, NO_INDEXES, readUnits } from "../schema/capacity";
import { checkKey, checkPaths } from "../schema/keys";
import { itemSize } from "../values/size";
import { readItem } from "../values/validate";
import { storedItem } from "../writing/item-writer";
import { operation } from "./operation";

const shape = structure("GetItemInput", {
  TableName: required(tableName),
  Key: required(item),
  ConsistentRead: flag,
  ProjectionExpression: text(),
  ExpressionAttributeNames: placeholders.ExpressionAttributeNames,
  AttributesToGet: attributesToGet,
  ReturnConsumedCapacity: returnConsumedCapacity,
});

export const getItem = operation(shape, (request, { catalog, store }) => {
  checkMixture(request, ["ProjectionExpression"], ["AttributesToGet"]);
  const key = readItem(request.Key);
  const given = new Placeholders(request);
  const projection = readProjection(request, given);
  given.checkUsed();
  const table = catalog.get(request.TableName);
  checkKey(table, key);
  if (projection) checkPaths(table, pathsOf(projection));
  const found = storedItem(store, table, key);
  const units = () => ({
    table: readUnits(found ? itemSize(found) : 0, request.ConsistentRead ?? false),
    indexes: NO_INDEXES,
  });
  return {
    Item: found && projection ? project(found, projection) : found,
    ConsumedCapacity:
      request.ReturnConsumedCapacity && consumedCapacity(request.ReturnConsumedCapacity, table, units()),
  };
});
