import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { broadcast, SendingForbidden, sleep, WINDOW } from "../domain/broadcast";
import { gatewaySender } from "../domain/broadcast.gateway";
import { dynamoConnectionStore } from "../domain/connections.dynamo";
import { TooLarge } from "../domain/errors";
import { decodeText, parseJson } from "../domain/json";
import { MESSAGE_BYTES, messageInput } from "../domain/message";
import { documentClient } from "../domain/runtime/clients";
import { connectionsClient } from "../domain/runtime/connections-client";
import { createLog } from "../domain/runtime/logging";
import { PROBLEM_TYPE, type Problem, problem, problemOf } from "../domain/runtime/problem";
import { requestIdOf } from "../domain/runtime/request-id";
import { commonVariables, nonEmpty, readVariables, urlOf } from "../domain/runtime/variables";
import { validate } from "../domain/validation";
import { type LambdaContext, type ProxyResponse, signedHttpEvent } from "./shared/types";

export const variables = z.object({
  ...commonVariables,
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  /** Where connections are sent to: `https://…/<stage>` of the WebSocket API. */
  WEBSOCKET_API_ENDPOINT: urlOf("https:", "http:"),
});

const environment = readVariables(variables);
const log = createLog("websocket-broadcast", environment);
const services = {
  connections: dynamoConnectionStore(documentClient(), environment.DYNAMODB_CONNECTIONS_TABLE),
  sender: gatewaySender(connectionsClient(environment.WEBSOCKET_API_ENDPOINT, WINDOW), log),
  log,
  now: Date.now,
  random: Math.random,
  sleep,
};

/** What is left of the function's time when a broadcast must stop, so that it can still answer. */
const RESERVE_MILLISECONDS = 2_000;

/**
 * Sends a message to everyone who is connected and answers with what became of it.
 *
 * Called by `POST /broadcast/comments`, which asks for AWS_IAM; the caller is the API, whenever a comment is made. A
 * broadcast that reaches only some, or must stop early, is still a 200 that says so: a second call would send the
 * message again to those who have it.
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

/** @throws TooLarge if this cannot be the JSON of a message, even if all of it were escaped (`\\u3042` for three bytes) */
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
