import { invalid } from "../errors";
import { Placeholders } from "../expressions/placeholders";
import { conditionalOperator, expected, readExpected } from "../legacy/conditions";
import { checkConditionalOperator, checkMixture, placeholders, readCondition } from "../requests/expressions";
import {
  item,
  returnConsumedCapacity,
  returnItemCollectionMetrics,
  returnValues,
  returnValuesOnConditionCheckFailure,
  tableName,
} from "../requests/parameters";
import { required, structure, text, type ValueOf } from "../requests/shape";
import { consumedCapacity } from "../schema/capacity";
import { checkItemKeys } from "../schema/keys";
import { checkItemSize } from "../values/limits";
import { readItem } from "../values/validate";
import { type ItemWrite, itemCollectionMetrics, writeItem } from "../writing/item-write";
import { operation } from "./operation";

/** What a Put of a transaction has, too. */
export const put = {
  TableName: required(tableName),
  Item: required(item),
  ConditionExpression: text(),
  ...placeholders,
  ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
};
const shape = structure("PutItemInput", {
  ...put,
  ReturnValues: returnValues,
  Expected: expected,
  ConditionalOperator: conditionalOperator,
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
});

export const putItem = operation(shape, async (request, engine) => {
  const write = readPut(request);
  const { ReturnValues, ReturnConsumedCapacity, ReturnItemCollectionMetrics } = request;
  const written = await engine.writer.run((transaction) => writeItem(engine, transaction, write));
  return {
    Attributes: ReturnValues === "ALL_OLD" ? written.before : undefined,
    ConsumedCapacity: consumedCapacity(ReturnConsumedCapacity, written.table, written.units),
    ItemCollectionMetrics: itemCollectionMetrics(ReturnItemCollectionMetrics, written),
  };
});

const putRequest = structure("Put", put);
type PutRequest = ValueOf<typeof putRequest> & Partial<Omit<ValueOf<typeof shape>, keyof ValueOf<typeof putRequest>>>;

/** Reads a Put, by itself or of a transaction. Throws a DynamoDbError for what DynamoDB refuses. */
export function readPut(request: PutRequest): ItemWrite {
  const { ReturnValues, Expected, ConditionalOperator } = request;
  checkMixture(request, ["ConditionExpression"], ["Expected", "ConditionalOperator"]);
  const after = readItem(request.Item);
  checkItemSize(after);
  if (ReturnValues !== undefined && ReturnValues !== "ALL_OLD" && ReturnValues !== "NONE")
    throw invalid("ReturnValues can only be ALL_OLD or NONE");
  checkConditionalOperator(ConditionalOperator, Expected);
  const given = new Placeholders(request);
  const condition = Expected
    ? readExpected(Expected, ConditionalOperator)
    : readCondition("ConditionExpression", request.ConditionExpression, given);
  given.checkUsed();
  return {
    tableName: request.TableName,
    condition,
    returnsItemOnFailure: request.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
    keyIn(table) {
      checkItemKeys(table, after);
      return after;
    },
    next: () => after,
  };
}
