import type { Place } from "../definition/terraform";
import type { Permission } from "../iam/permissions";
import { isObject, type Json, type JsonObject, parseJson } from "../shared/json";

/** The permission that each action of a transaction needs; there is no permission for transactions as such. */
const TRANSACTION_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["ConditionCheck", "ConditionCheckItem"],
  ["Put", "PutItem"],
  ["Update", "UpdateItem"],
  ["Delete", "DeleteItem"],
  ["Get", "GetItem"],
]);

/**
 * The permissions that the caller of an operation needs; see
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function permissionsFor(operation: string, input: JsonObject, place: Place): readonly Permission[] {
  const { partition, region, account } = place;
  const permission = (action: string, resource: string): Permission => ({ action: `dynamodb:${action}`, resource });
  const table = (name: Json | undefined, rest = "") => {
    if (name === undefined) return "*";
    const given = String(name);
    return `${given.startsWith("arn:") ? given : `arn:${partition}:dynamodb:${region}:${account}:table/${given}`}${rest}`;
  };
  const { TableName, IndexName, RequestItems, TransactItems, ResourceArn, StreamArn, ShardIterator } = input;
  switch (operation) {
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys(isObject(RequestItems) ? RequestItems : {}).map((name) => permission(operation, table(name)));
    case "TransactGetItems":
    case "TransactWriteItems":
      return (Array.isArray(TransactItems) ? TransactItems : []).flatMap((item: Json) =>
        Object.entries(isObject(item) ? item : {}).map(([kind, action]) =>
          permission(TRANSACTION_ACTIONS.get(kind) ?? kind, table(isObject(action) ? action.TableName : undefined)),
        ),
      );
    case "TagResource":
    case "UntagResource":
    case "ListTagsOfResource":
      return [permission(operation, String(ResourceArn))];
    case "ListStreams":
      return [permission(operation, table(TableName, "/stream/*"))];
    case "DescribeStream":
    case "GetShardIterator":
      return [permission(operation, String(StreamArn))];
    case "GetRecords":
      return [permission(operation, streamOf(ShardIterator))];
    default:
      return [permission(operation, table(TableName, IndexName === undefined ? "" : `/index/${String(IndexName)}`))];
  }
}

/** The ARN of the stream that an iterator reads; see `streams/iterator.ts`. What is no iterator is refused later. */
function streamOf(iterator: Json | undefined): string {
  const found = parseJson(Buffer.from(String(iterator), "base64url").toString());
  return isObject(found) && typeof found.arn === "string" ? found.arn : "*";
}
