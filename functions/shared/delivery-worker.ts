import type { DeliveryServices } from "../../domain/delivery/delivery";
import { task } from "../../domain/delivery/tasks";
import { work } from "../../domain/delivery/worker";
import { SendingForbidden } from "../../domain/shared/errors";
import { timeToSend } from "./delivery";
import { type BatchResponse, type LambdaContext, queueEvent } from "./types";

/**
 * Makes the handler that does the tasks of a delivery, as Lambda hands them over from the queue.
 *
 * @param time returns a signal that aborts when the time for sending is up
 */
export function deliveryWorker(
  services: Omit<DeliveryServices, "threshold">,
  time: (context: LambdaContext) => AbortSignal = timeToSend,
): (event: unknown, context: LambdaContext) => Promise<BatchResponse> {
  const { log, now } = services;
  return async (event, context) => {
    const { Records } = queueEvent.parse(event);
    const signal = time(context);
    const until = now() + context.getRemainingTimeInMillis();
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
  };
}
