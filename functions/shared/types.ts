/** The events that API Gateway sends and the answers it takes, as far as these functions depend on them. */
import * as z from "zod/mini";

/** `requestContext` is written by API Gateway and can be relied on; a message's body is the client's and cannot. */
const requestContext = <Type extends string>(eventType: Type) =>
  z.object({ eventType: z.literal(eventType), connectionId: z.string().check(z.minLength(1), z.maxLength(128)) });

/**
 * The `$connect`, `$disconnect` and `$default` events of a WebSocket API
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html).
 */
export const connectEvent = z.object({ requestContext: requestContext("CONNECT") });
export const disconnectEvent = z.object({ requestContext: requestContext("DISCONNECT") });
export const messageEvent = z.object({
  requestContext: requestContext("MESSAGE"),
  body: z.nullish(z.string()),
  isBase64Encoded: z.nullish(z.boolean()),
});

/** The answer to a WebSocket event and to an HTTP request. */
export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** What the functions use of Lambda's context object. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}
