import { checkMixture } from "../requests/expressions";
import { item } from "../requests/parameters";
import { required, structure, type ValueOf } from "../requests/shape";
import { checkItemKeys } from "../schema/keys";
import { checkItemSize } from "../values/limits";
import { readItem } from "../values/validate";
import type { ItemWrite } from "../writing/item-write";
import { operation } from "./operation";
import { answerWrite, readWholeWrite, singleWriteParameters, type WriteRequest, writeParameters } from "./single-write";

/** The parameters of a Put in a transaction. */
export const put = { ...writeParameters, Item: required(item) };
const shape = structure("PutItemInput", { ...put, ...singleWriteParameters });

export const putItem = operation(shape, (request, engine) =>
  answerWrite(engine, readPut(request), request, ({ before }) =>
    request.ReturnValues === "ALL_OLD" ? before : undefined,
  ),
);

/** Reads a Put, by itself or of a transaction. Throws a DynamoDbError for what DynamoDB refuses. */
export function readPut(request: WriteRequest & Pick<ValueOf<typeof shape>, "Item">): ItemWrite {
  checkMixture(request, ["ConditionExpression"], ["Expected", "ConditionalOperator"]);
  const after = readItem(request.Item);
  checkItemSize(after);
  return {
    ...readWholeWrite(request),
    keyIn(table) {
      checkItemKeys(table, after);
      return after;
    },
    next: () => after,
  };
}
