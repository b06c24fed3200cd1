import * as z from "zod/mini";
import { task } from "../domain/delivery/tasks";
import { work } from "../domain/delivery/worker";
import { SendingForbidden } from "../domain/shared/errors";
import { createLog } from "../runtime/log";
import { commonVariables, readVariables } from "../runtime/variables";
import { senderServices, senderVariables, timeToSend } from "./shared/delivery";
import { type BatchResponse, type LambdaContext, queueEvent } from "./shared/types";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "deliver-segments";

/** The variables that the function reads at its start. */
export const variables = z.object({ ...commonVariables, ...senderVariables });

const environment = readVariables(variables);
const log = createLog(name, environment);
const services = senderServices(environment, log);

/**
 * Delivers messages to the parts of their subscribers that the queue of deliveries holds.
 *
 * Lambda calls this with one task or more, and with a task more than once. Those that fail come back when their
 * visibility timeout is over, and in the end become dead letters.
 *
 * @throws SendingForbidden, so that the function counts as failed and its alarm goes off: nothing can be delivered then
 */
export async function handler(event: unknown, context: LambdaContext): Promise<BatchResponse> {
  const { Records } = queueEvent.parse(event);
  const signal = timeToSend(context);
  const until = services.now() + context.getRemainingTimeInMillis();
  const failures: string[] = [];
  for (const { messageId, body } of Records) {
    try {
      const parsed = task.parse(JSON.parse(body));
      const result = await work(parsed, services, signal, until);
      log.info("Delivery task", { ...result, kind: parsed.kind, message_id: parsed.id });
    } catch (error) {
      if (error instanceof SendingForbidden) throw error;
      log.error("A delivery task failed", { error, queue_message_id: messageId, request_id: context.awsRequestId });
      failures.push(messageId);
    }
  }
  return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
}
