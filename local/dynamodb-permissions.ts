import type { Place } from "./definition/terraform";
import type { Permission } from "./iam/permissions";
import { isObject, type Json, type JsonObject } from "./shared/json";

/** What each action of a transaction has to be allowed; there is no permission for transactions as such. */
const TRANSACTION_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["ConditionCheck", "ConditionCheckItem"],
  ["Put", "PutItem"],
  ["Update", "UpdateItem"],
  ["Delete", "DeleteItem"],
  ["Get", "GetItem"],
]);

/**
 * What the caller of an operation has to be allowed; see
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function permissionsFor(operation: string, input: JsonObject, place: Place): readonly Permission[] {
  const { partition, region, account } = place;
  const permission = (action: string, table: Json | undefined, index?: Json): Permission => ({
    action: `dynamodb:${action}`,
    resource:
      table === undefined
        ? "*"
        : `arn:${partition}:dynamodb:${region}:${account}:table/${String(table)}${index === undefined ? "" : `/index/${String(index)}`}`,
  });
  const { TableName, IndexName, RequestItems, TransactItems } = input;
  switch (operation) {
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys(isObject(RequestItems) ? RequestItems : {}).map((table) => permission(operation, table));
    case "TransactGetItems":
    case "TransactWriteItems":
      return (Array.isArray(TransactItems) ? TransactItems : []).flatMap((item: Json) =>
        Object.entries(isObject(item) ? item : {}).map(([kind, action]) =>
          permission(TRANSACTION_ACTIONS.get(kind) ?? kind, isObject(action) ? action.TableName : undefined),
        ),
      );
    default:
      return [permission(operation, TableName, IndexName)];
  }
}
