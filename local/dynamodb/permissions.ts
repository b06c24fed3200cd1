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
  // A client may send anything where a name belongs. What is no text is refused once it is known who asks.
  const table = (name: Json | undefined, rest = "") => {
    if (typeof name !== "string") return "*";
    return `${name.startsWith("arn:") ? name : `arn:${partition}:dynamodb:${region}:${account}:table/${name}`}${rest}`;
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
      return [permission(operation, table(ResourceArn))];
    case "ListStreams":
      return [permission(operation, table(TableName, "/stream/*"))];
    case "DescribeStream":
    case "GetShardIterator":
      return [permission(operation, table(StreamArn))];
    case "GetRecords":
      return [permission(operation, streamOf(ShardIterator))];
    default:
      return [permission(operation, table(TableName, typeof IndexName === "string" ? `/index/${IndexName}` : ""))];
  }
}

/** The ARN of the stream that an iterator reads; see `streams/iterator.ts`. What is no iterator is refused later. */
function streamOf(iterator: Json | undefined): string {
  const found = typeof iterator === "string" ? parseJson(Buffer.from(iterator, "base64url").toString()) : undefined;
  return isObject(found) && typeof found.arn === "string" ? found.arn : "*";
}
