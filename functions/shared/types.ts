/** The events that API Gateway sends and the answers it takes, as far as these functions depend on them. */
import * as z from "zod/mini";

/** API Gateway itself writes `requestContext`, so it can be relied on. A body is the client's. */
const websocketContext = <Type extends string>(eventType: Type) =>
  z.object({ eventType: z.literal(eventType), connectionId: z.string().check(z.minLength(1), z.maxLength(128)) });

const body = { body: z.nullish(z.string()), isBase64Encoded: z.nullish(z.boolean()) };

/**
 * The events of a WebSocket API's `$connect`, `$disconnect` and other routes
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html).
 */
export const connectEvent = z.object({
  requestContext: z.extend(websocketContext("CONNECT"), { identity: z.object({ sourceIp: z.string() }) }),
  // A client chooses how its headers are written, and whether it sends any twice.
  multiValueHeaders: z.nullish(z.record(z.string(), z.array(z.string()))),
  multiValueQueryStringParameters: z.nullish(z.record(z.string(), z.array(z.string()))),
});
export const disconnectEvent = z.object({ requestContext: websocketContext("DISCONNECT") });
export const messageEvent = z.object({ requestContext: websocketContext("MESSAGE"), ...body });

/**
 * A request to a route that asks for AWS_IAM, in payload format 2.0
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export const signedHttpEvent = z.object({
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
  headers: z.nullish(z.record(z.string(), z.nullish(z.string()))),
  ...body,
});

export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** The part of Lambda's context that the functions use (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html). */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What Lambda hands a function of a queue (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). */
export const queueEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/**
 * The messages or records of a batch that failed. A wrong name in it reads like a batch without failures, so that what
 * failed is lost (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
