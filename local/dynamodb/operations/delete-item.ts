import { checkMixture } from "../requests/expressions";
import { item } from "../requests/parameters";
import { required, structure, type ValueOf } from "../requests/shape";
import { checkKey } from "../schema/keys";
import { readItem } from "../values/validate";
import type { ItemWrite } from "../writing/item-write";
import { operation } from "./operation";
import { answerWrite, readWholeWrite, singleWriteParameters, type WriteRequest, writeParameters } from "./single-write";

/** The parameters of a Delete in a transaction. */
export const deletion = { ...writeParameters, Key: required(item) };
const shape = structure("DeleteItemInput", { ...deletion, ...singleWriteParameters });

export const deleteItem = operation(shape, (request, engine) =>
  answerWrite(engine, readDelete(request), request, ({ before }) =>
    request.ReturnValues === "ALL_OLD" ? before : undefined,
  ),
);

/** Reads a Delete, by itself or of a transaction. Throws a DynamoDbError for what DynamoDB refuses. */
export function readDelete(request: WriteRequest & Pick<ValueOf<typeof shape>, "Key">): ItemWrite {
  checkMixture(request, ["ConditionExpression"], ["Expected", "ConditionalOperator"]);
  const key = readItem(request.Key);
  return {
    ...readWholeWrite(request),
    keyIn(table) {
      checkKey(table, key);
      return key;
    },
    next: () => undefined,
  };
}
