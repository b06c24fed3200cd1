import type { Engine } from "../engine";
import { invalid } from "../errors";
import { Placeholders } from "../expressions/placeholders";
import type { Condition } from "../expressions/tree";
import { conditionalOperator, expected, readExpected } from "../legacy/conditions";
import { checkConditionalOperator, placeholders, readCondition } from "../requests/expressions";
import {
  returnConsumedCapacity,
  returnItemCollectionMetrics,
  returnValues,
  returnValuesOnConditionCheckFailure,
  tableName,
} from "../requests/parameters";
import { required, structure, text, type ValueOf } from "../requests/shape";
import { consumedCapacity } from "../schema/capacity";
import type { Item } from "../values/attribute-value";
import { type ItemWrite, itemCollectionMetrics, type Written, writeItem } from "../writing/item-write";
import type { Answer } from "./operation";

/** The parameters of every write, by itself or as an action of a transaction. */
export const writeParameters = {
  TableName: required(tableName),
  ConditionExpression: text(),
  ...placeholders,
  ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
};
/** The further parameters of a write by itself. */
export const singleWriteParameters = {
  ReturnValues: returnValues,
  Expected: expected,
  ConditionalOperator: conditionalOperator,
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
};

const writeRequest = structure("Write", writeParameters);
const singleWriteRequest = structure("SingleWrite", singleWriteParameters);
type SingleWriteRequest = ValueOf<typeof singleWriteRequest>;
/** A write that may be an action of a transaction. */
export type WriteRequest = ValueOf<typeof writeRequest> & SingleWriteRequest;

/** Reads the condition of a write, as an expression or in the way before expressions, and checks that all is used. */
export function readWriteCondition(request: WriteRequest, given: Placeholders): Condition | undefined {
  const { Expected, ConditionalOperator, ConditionExpression } = request;
  checkConditionalOperator(ConditionalOperator, Expected);
  const condition = Expected
    ? readExpected(Expected, ConditionalOperator)
    : readCondition("ConditionExpression", ConditionExpression, given);
  given.checkUsed();
  return condition;
}

/** Reads what PutItem and DeleteItem have in common. Throws a DynamoDbError for what DynamoDB refuses. */
export function readWholeWrite(
  request: WriteRequest,
): Pick<ItemWrite, "tableName" | "condition" | "returnsItemOnFailure"> {
  const { ReturnValues } = request;
  if (ReturnValues !== undefined && ReturnValues !== "ALL_OLD" && ReturnValues !== "NONE")
    throw invalid("ReturnValues can only be ALL_OLD or NONE");
  return {
    tableName: request.TableName,
    condition: readWriteCondition(request, new Placeholders(request)),
    returnsItemOnFailure: request.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
  };
}

/** Does a write by itself and answers as its operation does. */
export async function answerWrite(
  engine: Engine,
  write: ItemWrite,
  { ReturnConsumedCapacity, ReturnItemCollectionMetrics }: SingleWriteRequest,
  attributes: (written: Written) => Item | undefined,
): Promise<Answer> {
  const written = await engine.writer.run((transaction) => writeItem(engine, transaction, write));
  return {
    Attributes: attributes(written),
    ConsumedCapacity: consumedCapacity(ReturnConsumedCapacity, written.table, written.units),
    ItemCollectionMetrics: itemCollectionMetrics(ReturnItemCollectionMetrics, written),
  };
}
