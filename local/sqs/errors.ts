import type { JsonObject } from "../shared/json";

/** An error that SQS answers a request with, in its own words. */
export class SqsError extends Error {
  constructor(
    /** The type as the JSON protocol has it, with its namespace. */
    readonly type: string,
    message: string,
    /** The code that older clients know the error by. */
    readonly code: string,
    readonly status = 400,
  ) {
    super(message);
  }

  get body(): JsonObject {
    return { __type: this.type, message: this.message };
  }
}

const CODES = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  ReceiptHandleIsInvalid: "ReceiptHandleIsInvalid",
  InvalidMessageContents: "InvalidMessageContents",
  InvalidAttributeName: "InvalidAttributeName",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
  OverLimit: "OverLimit",
} as const;

/** Makes one of SQS's own errors; see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
export const sqsError = (name: keyof typeof CODES, message: string) =>
  new SqsError(`com.amazonaws.sqs#${name}`, message, CODES[name]);

/** Makes the error for a parameter whose value SQS refuses. */
export const invalidValue = (message: string) =>
  new SqsError("com.amazon.coral.service#InvalidParameterValueException", message, "InvalidParameterValue");

/** Makes the error for a parameter that is not there. */
export const missing = (parameter: string) =>
  new SqsError(
    "com.amazon.coral.service#MissingRequiredParameterException",
    `The request must contain the parameter ${parameter}.`,
    "MissingParameter",
  );

/** Makes one of the errors that every service of AWS has. */
export const serviceError = (type: string, message: string, status = 400) =>
  new SqsError(`com.amazon.coral.service#${type}`, message, type.replace(/Exception$/, ""), status);
