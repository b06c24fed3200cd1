import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { broadcast, sleep } from "../domain/realtime/broadcast";
import { gatewaySender } from "../domain/realtime/broadcast.gateway";
import { dynamoConnectionTally } from "../domain/realtime/connection-tally.dynamo";
import { dynamoConnectionStore } from "../domain/realtime/connections.dynamo";
import { MESSAGE_BYTES, messageInput } from "../domain/realtime/message";
import { SendingForbidden, TooLarge } from "../domain/shared/errors";
import { decodeText, parseJson } from "../domain/shared/json";
import { validate } from "../domain/shared/validation";
import { documentClient } from "../runtime/aws-clients";
import { createLog } from "../runtime/log";
import { postToConnection } from "../runtime/post-to-connection";
import { PROBLEM_TYPE, type Problem, problem, problemOf } from "../runtime/problem";
import { requestIdOf } from "../runtime/request-id";
import { commonVariables, nonEmpty, readVariables, urlOf } from "../runtime/variables";
import { type LambdaContext, type ProxyResponse, signedHttpEvent } from "./shared/types";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "websocket-broadcast";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  DYNAMODB_SUBSCRIPTIONS_TABLE: nonEmpty,
  DYNAMODB_WEBSOCKET_USERS_TABLE: nonEmpty,
  DYNAMODB_CONNECTION_TALLY_TABLE: nonEmpty,
  /** The address that messages to connections are posted to: `https://…/<stage>` of the WebSocket API. */
  WEBSOCKET_API_ENDPOINT: urlOf("https:", "http:"),
});

const environment = readVariables(variables);
const log = createLog(name, environment);
const client = documentClient();
const tables = {
  connections: environment.DYNAMODB_CONNECTIONS_TABLE,
  subscriptions: environment.DYNAMODB_SUBSCRIPTIONS_TABLE,
  users: environment.DYNAMODB_WEBSOCKET_USERS_TABLE,
};
const tally = dynamoConnectionTally(client, environment.DYNAMODB_CONNECTION_TALLY_TABLE, log);
const services = {
  connections: dynamoConnectionStore(client, tables, tally),
  sender: gatewaySender(postToConnection(environment.WEBSOCKET_API_ENDPOINT), log),
  log,
  now: Date.now,
  random: Math.random,
  sleep,
};

/** The time that a broadcast leaves of the function's own, so that it can still answer before Lambda stops it. */
const RESERVE_MILLISECONDS = 2_000;

/**
 * Sends a message to everyone who is connected and answers with what became of it.
 *
 * The route `POST /broadcast/comments` calls this, which asks for AWS_IAM; the API requests it whenever a comment is
 * made. A broadcast that reaches only some, or must stop early, is still a 200 that says so: a second call would send
 * the message again to those who have it.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<ProxyResponse> {
  const request = signedHttpEvent.safeParse(event);
  if (!request.success) return answer(problem(403, "The request does not come from a signed route."));
  const requestId = requestIdOf(request.data.headers?.["x-request-id"], context.awsRequestId);
  try {
    const { id = randomUUID(), type, data } = validate(messageInput, parseJson(bodyOf(request.data)));
    const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS));
    const result = await broadcast({ id, type, data }, services, deadline);
    log.info("Broadcast", { ...result, type, request_id: requestId });
    return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result) };
  } catch (error) {
    const failure =
      error instanceof SendingForbidden ? problem(502, "The WebSocket API refuses this function.") : problemOf(error);
    if (failure.status >= 500) log.error("A broadcast failed", { error, request_id: requestId });
    return answer({ ...failure, request_id: requestId });
  }
}

/**
 * Returns the text of a request's body.
 *
 * @throws TooLarge if this cannot be the JSON of a message, even if all of it were escaped (`\\u3042` for three bytes)
 */
function bodyOf({ body, isBase64Encoded }: z.output<typeof signedHttpEvent>): string {
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  if (bytes.byteLength > 2 * MESSAGE_BYTES) throw new TooLarge("body", bytes.byteLength, 2 * MESSAGE_BYTES);
  return decodeText(bytes);
}

const answer = (failure: Problem): ProxyResponse => ({
  statusCode: failure.status,
  headers: { "content-type": PROBLEM_TYPE },
  body: JSON.stringify(failure),
});
