import type { Service } from "./scenario";

/** An error as a service answers it. */
export interface ServiceError {
  readonly name: string;
  readonly status: number;
  readonly message: string;
  /** The operations that can answer it. @default - all of the service */
  readonly only?: readonly string[];
}

/**
 * The errors that scenarios can inject, in AWS's words. Their names are those of
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html,
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html#API_GenerateMac_Errors,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and
 * https://docs.aws.amazon.com/apigatewaymanagementapi/latest/developerguide/connections-connectionid.html
 */
export const ERRORS: Readonly<Record<Service, readonly ServiceError[]>> = {
  dynamodb: [
    {
      name: "ProvisionedThroughputExceededException",
      status: 400,
      message:
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your " +
        "provisioning level with the UpdateTable API.",
    },
    { name: "ThrottlingException", status: 400, message: "Rate of requests exceeds the allowed throughput." },
    {
      name: "RequestLimitExceeded",
      status: 400,
      message:
        "Throughput exceeds the current throughput limit for your account. Please contact AWS Support at " +
        "https://aws.amazon.com/support to request a limit increase",
    },
    { name: "InternalServerError", status: 500, message: "Internal server error" },
    { name: "ServiceUnavailable", status: 503, message: "DynamoDB is currently unavailable." },
    {
      name: "TransactionConflictException",
      status: 400,
      message: "Transaction is ongoing for the item",
      only: ["PutItem", "UpdateItem", "DeleteItem"],
    },
    {
      name: "TransactionCanceledException",
      status: 400,
      message: "Transaction cancelled, please refer cancellation reasons for specific reasons",
      only: ["TransactWriteItems", "TransactGetItems"],
    },
    {
      name: "TransactionInProgressException",
      status: 400,
      message: "Transaction with the given request token is already in progress",
      only: ["TransactWriteItems"],
    },
  ],
  connections: [
    { name: "GoneException", status: 410, message: "" },
    { name: "LimitExceededException", status: 429, message: "Rate limit exceeded" },
    { name: "ForbiddenException", status: 403, message: "Forbidden" },
    { name: "InternalServerErrorException", status: 500, message: "Internal server error" },
  ],
  kms: [
    { name: "KMSInternalException", status: 500, message: "An internal error occurred." },
    { name: "DependencyTimeoutException", status: 503, message: "A dependency of KMS timed out." },
    { name: "KeyUnavailableException", status: 500, message: "The key is not available." },
    {
      name: "ThrottlingException",
      status: 400,
      message: "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
    },
    { name: "DisabledException", status: 400, message: "The key is disabled." },
  ],
  sqs: [
    { name: "InternalFailure", status: 500, message: "We encountered an internal error. Please try again." },
    { name: "ServiceUnavailable", status: 503, message: "Service is currently unavailable." },
    { name: "RequestThrottled", status: 403, message: "Rate exceeded" },
    {
      name: "OverLimit",
      status: 403,
      message: "There are too many messages in flight.",
      only: ["ReceiveMessage"],
    },
  ],
  lambda: [],
  clock: [],
};
