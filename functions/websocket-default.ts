import * as z from "zod/mini";
import { answerTo } from "../domain/conversation/conversation";
import { dynamoMessageCounter } from "../domain/conversation/message-count.dynamo";
import { createMeter } from "../domain/conversation/meter";
import { dynamoSubscribing } from "../domain/realtime/subscription-writes.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { closeConnection } from "../runtime/close-connection";
import { createLog } from "../runtime/log";
import { commonVariables, nonEmpty, readVariables, urlOf, wholeNumber } from "../runtime/variables";
import { type LambdaContext, messageEvent, type ProxyResponse } from "./shared/types";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "websocket-default";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  DYNAMODB_SUBSCRIPTIONS_TABLE: nonEmpty,
  /** The most messages that a connection may send in a minute. */
  WEBSOCKET_MESSAGES_PER_MINUTE: wholeNumber,
  /** The address that connections are closed at: `https://…/<stage>` of the WebSocket API. */
  WEBSOCKET_API_ENDPOINT: urlOf("https:", "http:"),
});

const environment = readVariables(variables);
const log = createLog(name, environment);
const client = documentClient();
const now = () => Date.now();
const limit = environment.WEBSOCKET_MESSAGES_PER_MINUTE;
const services = {
  subscriptions: dynamoSubscribing(client, {
    connections: environment.DYNAMODB_CONNECTIONS_TABLE,
    subscriptions: environment.DYNAMODB_SUBSCRIPTIONS_TABLE,
  }),
  hear: createMeter(dynamoMessageCounter(client, environment.DYNAMODB_CONNECTIONS_TABLE), limit, now),
  close: closeConnection(environment.WEBSOCKET_API_ENDPOINT, client.config),
  limit,
  log,
  now,
};

/**
 * Answers a WebSocket message: with what its `action` asks for, or with the same message if it has none.
 *
 * The `$default` route calls this for every message. The route's response carries the body returned here back to the
 * client. Nothing is logged per message: it is the hottest path of the platform.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<ProxyResponse> {
  const message = messageEvent.safeParse(event);
  if (!message.success) return { statusCode: 400, body: "Not a WebSocket message event." };
  const { requestContext } = message.data;
  const body = message.data.body ?? "";
  const isBase64Encoded = message.data.isBase64Encoded ?? false;
  try {
    // API Gateway passes text on as it is. Bytes, should there be any, ask for nothing.
    const answer = await answerTo(isBase64Encoded ? "" : body, requestContext.connectionId, services);
    if (answer === undefined) return { statusCode: 200, body, isBase64Encoded };
    return { statusCode: 200, body: answer, isBase64Encoded: false };
  } catch (error) {
    log.error("A message could not be answered", { error, request_id: context.awsRequestId });
    return { statusCode: 500, body: FAILED };
  }
}

const FAILED = JSON.stringify({
  type: "error",
  code: "failed",
  message: "The message could not be answered: try again.",
});
