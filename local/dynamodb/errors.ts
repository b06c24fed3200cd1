import type { JsonObject } from "../shared/json";

const DYNAMODB = "com.amazonaws.dynamodb.v20120810";
const SERVICE = "com.amazon.coral.service";

/** An error that DynamoDB answers a request with, in its own words. */
export class DynamoDbError extends Error {
  constructor(
    readonly status: number,
    /** The JSON that is answered: `__type`, the message and what belongs to it. */
    readonly body: JsonObject,
  ) {
    super(String(body.message ?? body.Message ?? ""));
  }

  /** The error's name without its namespace, such as `ValidationException`. */
  get type(): string {
    return String(this.body.__type).replace(/^.*#/, "");
  }
}

/** Makes the error for a request whose values DynamoDB refuses. */
export const invalid = (message: string) =>
  new DynamoDbError(400, { __type: "com.amazon.coral.validate#ValidationException", message });

/** The error for an empty value where a key belongs. Of a write, AWS refuses a whole transaction for it. */
export class EmptyKeyError extends DynamoDbError {
  /** @param reason what AWS says after the first sentence */
  constructor(reason: string) {
    super(400, invalid(`One or more parameter values are not valid. ${reason}`).body);
  }
}

/** Makes the error for a parameter that contradicts another parameter or the table. */
export const invalidParameters = (reason: string) => invalid(`One or more parameter values were invalid: ${reason}`);

/** Makes the error for a body that is not of the operation's types. */
export const unserializable = (message: string) =>
  new DynamoDbError(400, { __type: `${SERVICE}#SerializationException`, Message: message });

/** Makes the error for a caller whose policy does not allow the operation. */
export const accessDenied = (message: string) =>
  new DynamoDbError(400, { __type: `${SERVICE}#AccessDeniedException`, Message: message });

/** Makes one of the errors that every service of AWS has, such as `UnknownOperationException`. */
export const serviceError = (type: string, message?: string, status = 400) =>
  new DynamoDbError(status, { __type: `${SERVICE}#${type}`, ...(message !== undefined && { message }) });

/** Makes one of DynamoDB's own errors, such as `ResourceInUseException`. */
export const dynamoDbError = (type: string, message: string, more: JsonObject = {}) =>
  new DynamoDbError(400, { __type: `${DYNAMODB}#${type}`, message, ...more });

/** Makes the error for a table, index or stream that is not there. */
export const notFound = (message = "Requested resource not found") =>
  dynamoDbError("ResourceNotFoundException", message);

/** Makes the error for a condition that does not hold; with the item if the caller asked for it. */
export const conditionFailed = (item?: JsonObject) =>
  dynamoDbError("ConditionalCheckFailedException", "The conditional request failed", item && { Item: item });
