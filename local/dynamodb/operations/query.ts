import { invalid } from "../errors";
import { keyConditionsOf } from "../expressions/key-condition";
import { Placeholders } from "../expressions/placeholders";
import type { Condition } from "../expressions/tree";
import { pathsIn } from "../expressions/tree";
import { conditionalOperator, conditions, readFilter, readKeyConditions } from "../legacy/conditions";
import { checkWithin, matchedConditions, queriedRange, restOf } from "../reading/key-range";
import { readPage } from "../reading/page";
import { checkSelect, INVALID_START, Source } from "../reading/source";
import {
  attributesToGet,
  checkAttributesToGet,
  checkConditionalOperator,
  checkMixture,
  placeholders,
  readCondition,
  readProjection,
} from "../requests/expressions";
import { indexName, item, returnConsumedCapacity, tableName } from "../requests/parameters";
import { flag, integer, oneOf, required, structure, text } from "../requests/shape";
import { keyNames } from "../schema/table";
import { operation } from "./operation";
import { readStartKey } from "./start-key";

const shape = structure("QueryInput", {
  TableName: required(tableName),
  IndexName: indexName,
  Select: oneOf("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
  AttributesToGet: attributesToGet,
  Limit: integer({ min: 1, newer: true }),
  ConsistentRead: flag,
  KeyConditions: conditions,
  QueryFilter: conditions,
  ConditionalOperator: conditionalOperator,
  ScanIndexForward: flag,
  ExclusiveStartKey: item,
  ReturnConsumedCapacity: returnConsumedCapacity,
  ProjectionExpression: text(),
  FilterExpression: text(),
  KeyConditionExpression: text(),
  ...placeholders,
});

export const query = operation(shape, (request, engine) => {
  checkMixture(
    request,
    ["ProjectionExpression", "FilterExpression", "KeyConditionExpression"],
    // The old conditions on keys go with the new filter, if not with the new conditions on keys.
    [
      "AttributesToGet",
      "QueryFilter",
      "ConditionalOperator",
      ...(request.KeyConditionExpression === undefined ? [] : ["KeyConditions"]),
    ],
  );
  checkConditionalOperator(request.ConditionalOperator, request.QueryFilter);
  const oldFilter = request.QueryFilter && readFilter(request.QueryFilter, request.ConditionalOperator);
  checkAttributesToGet(request.AttributesToGet);
  const start = readStartKey(request.ExclusiveStartKey);
  if (request.KeyConditions === undefined && request.KeyConditionExpression === undefined)
    throw invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  const given = new Placeholders(request);
  const expression = readCondition("KeyConditionExpression", request.KeyConditionExpression, given);
  const filter = oldFilter ?? readCondition("FilterExpression", request.FilterExpression, given);
  const projection = readProjection(request, given);
  given.checkUsed();
  const keyConditions = expression ? keyConditionsOf(expression) : readKeyConditions(request.KeyConditions ?? {});
  if (keyConditions.size !== 1 && keyConditions.size !== 2) throw invalid("Conditions can be of length 1 or 2 only");
  checkSelect(request);

  const table = engine.catalog.get(request.TableName);
  const source = Source.of(table, request.IndexName, request.ConsistentRead);
  if (start) source.checkStartSize(start, INVALID_START);
  const key = matchedConditions(source, keyConditions, start);
  if (start) source.checkStartTableKey(start);
  if (start) checkWithin(source, key, start);
  if (filter) checkFilter(source, filter, request.QueryFilter ? "QueryFilter" : "Filter Expression");
  const reverse = request.ScanIndexForward === false;
  const range = { ...queriedRange(source, key), reverse };
  return readPage(engine, {
    source,
    range: start ? restOf(range, source.entryKey(start), reverse) : range,
    filter,
    projection,
    select: request.Select,
    limit: request.Limit,
    consistent: request.ConsistentRead ?? false,
    capacity: request.ReturnConsumedCapacity,
  });
});

/** A filter is for what the key conditions do not say. */
function checkFilter({ key }: Source, filter: Condition, kind: string): void {
  const found = new Set(pathsIn(filter).map(([name]) => name));
  for (const name of keyNames(key))
    if (found.has(name))
      throw invalid(`${kind} can only contain non-primary key attributes: Primary key attribute: ${name}`);
}
