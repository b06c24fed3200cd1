import type { ServiceError } from "../faults/errors";
import type { JsonObject } from "../shared/json";
import { DynamoDbError, dynamoDbError } from "./errors";

const CONFLICT = { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" };
const NONE = { Code: "None" };

/** Makes the error of a fault as DynamoDB answers it. A cancelled transaction gives a conflict about its first item. */
export function injectedError({ name, status, message }: ServiceError, { TransactItems }: JsonObject): DynamoDbError {
  if (name !== "TransactionCanceledException") return new DynamoDbError(status, dynamoDbError(name, message).body);
  const items = Array.isArray(TransactItems) ? TransactItems : [];
  const CancellationReasons = items.map((_, index) => (index === 0 ? CONFLICT : NONE));
  const codes = CancellationReasons.map(({ Code }) => Code).join(", ");
  return dynamoDbError(name, `${message} [${codes}]`, { CancellationReasons });
}
