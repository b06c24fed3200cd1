import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { deliver } from "../domain/delivery/delivery";
import { BROADCAST_BYTES, encodeMessage, messageInput } from "../domain/realtime/message";
import { postTopic, type Topic } from "../domain/realtime/topics";
import { SendingForbidden, TooLarge } from "../domain/shared/errors";
import { decodeText, parseJson } from "../domain/shared/json";
import { validate } from "../domain/shared/validation";
import { createLog } from "../runtime/log";
import { PROBLEM_TYPE, type Problem, problem, problemOf } from "../runtime/problem";
import { requestIdOf } from "../runtime/request-id";
import { commonVariables, readVariables } from "../runtime/variables";
import { deliveryServices, deliveryVariables, timeToSend } from "./shared/delivery";
import { type LambdaContext, type ProxyResponse, signedHttpEvent } from "./shared/types";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "websocket-broadcast";

/** The variables that the function reads at its start. */
export const variables = z.object({ ...commonVariables, ...deliveryVariables });

const environment = readVariables(variables);
const log = createLog(name, environment);
const services = deliveryServices(environment, log);

/**
 * Sends a message to everyone who listens to everything, and to the post that it names if it names one, and answers with
 * what became of it: 200 when it is done, 202 when some of it waits in the queue.
 *
 * The route `POST /broadcast/comments`, which asks for AWS_IAM, calls this for other servers. Who calls again with the
 * same id sends the message again to some who have it, and they know it by its id.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<ProxyResponse> {
  const request = signedHttpEvent.safeParse(event);
  if (!request.success) return answer(problem(403, "The request does not come from a signed route."));
  const requestId = requestIdOf(request.data.headers?.["x-request-id"], context.awsRequestId);
  try {
    const { id = randomUUID(), ...rest } = validate(messageInput, parseJson(bodyOf(request.data)));
    const message = { id, ...rest };
    const { byteLength } = encodeMessage(message);
    if (byteLength > BROADCAST_BYTES) throw new TooLarge("message", byteLength, BROADCAST_BYTES);
    const topics: readonly Topic[] = ["all", ...(rest.post_id === undefined ? [] : [postTopic(rest.post_id)])];
    const result = await deliver(message, topics, services, timeToSend(context));
    log.info("Broadcast", { ...result, type: message.type, request_id: requestId });
    const statusCode = result.left + result.segments === 0 ? 200 : 202;
    return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(result) };
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
  if (bytes.byteLength > 2 * BROADCAST_BYTES) throw new TooLarge("body", bytes.byteLength, 2 * BROADCAST_BYTES);
  return decodeText(bytes);
}

const answer = (failure: Problem): ProxyResponse => ({
  statusCode: failure.status,
  headers: { "content-type": PROBLEM_TYPE },
  body: JSON.stringify(failure),
});
