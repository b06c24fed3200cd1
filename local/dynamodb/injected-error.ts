import type { ServiceError } from "../faults/errors";
import { DynamoDbError, dynamoDbError } from "./errors";

const CONFLICT = { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" };
const NONE = { Code: "None" };

/**
 * Makes the error of a fault as DynamoDB answers it. A cancelled transaction gives a conflict about its first item.
 *
 * @param actions the number of the request's actions, if it is a transaction
 */
export function injectedError({ name, status, message }: ServiceError, actions: number): DynamoDbError {
  if (name !== "TransactionCanceledException") return new DynamoDbError(status, dynamoDbError(name, message).body);
  const CancellationReasons = Array.from({ length: actions }, (_, index) => (index === 0 ? CONFLICT : NONE));
  const codes = CancellationReasons.map(({ Code }) => Code).join(", ");
  return dynamoDbError(name, `${message} [${codes}]`, { CancellationReasons });
}
