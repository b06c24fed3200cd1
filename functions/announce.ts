import * as z from "zod/mini";
import { announcementOf, type RowChange } from "../domain/announcing/events";
import { deliver } from "../domain/delivery/delivery";
import { SendingForbidden } from "../domain/shared/errors";
import { createLog } from "../runtime/log";
import { commonVariables, nonEmpty, readVariables } from "../runtime/variables";
import { deliveryServices, deliveryVariables, timeToSend } from "./shared/delivery";
import { imagesOf, type StreamRecord, streamEvent, tableOf } from "./shared/stream";
import type { BatchResponse, LambdaContext } from "./shared/types";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "announce";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  ...deliveryVariables,
  APP_DYNAMODB_TABLE_POSTS: nonEmpty,
  APP_DYNAMODB_TABLE_COMMENTS: nonEmpty,
});

const environment = readVariables(variables);
const log = createLog(name, environment);
const services = deliveryServices(environment, log);
const nouns = new Map<string | undefined, RowChange["table"]>([
  [environment.APP_DYNAMODB_TABLE_POSTS, "posts"],
  [environment.APP_DYNAMODB_TABLE_COMMENTS, "comments"],
]);

/**
 * Tells everyone who listens of committed changes.
 *
 * The streams of posts and comments call this, with the changes of a post or comment in their order, and again from the
 * first that it did not get through: it stops there, since what came after must not be told before. Clients know by its
 * id what they are told again.
 *
 * @throws SendingForbidden if it is the first record that nobody may be told of, so that the function counts as failed
 * and its alarm goes off: nothing can be announced then
 */
export async function handler(event: unknown, context: LambdaContext): Promise<BatchResponse> {
  const { Records } = streamEvent.parse(event);
  const signal = timeToSend(context);
  for (const [index, record] of Records.entries()) {
    const failure = { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
    // The others are for the next call. The first is tried in any case, so that there is a next one.
    if (index > 0 && signal.aborted) return failure;
    try {
      await announce(record, signal);
    } catch (error) {
      if (error instanceof SendingForbidden && index === 0) throw error;
      log.error("A change could not be announced", {
        error,
        event_id: record.eventID,
        request_id: context.awsRequestId,
      });
      return failure;
    }
  }
  return { batchItemFailures: [] };
}

async function announce(record: StreamRecord, signal: AbortSignal): Promise<void> {
  const table = nouns.get(tableOf(record));
  if (!table) throw new Error(`No table of this function has the stream ${record.eventSourceARN}.`);
  const at = new Date(record.dynamodb.ApproximateCreationDateTime * 1_000).toISOString();
  const announcement = announcementOf({ id: record.eventID, at, table, ...imagesOf(record) });
  if (!announcement) return;
  const { message, topics } = announcement;
  log.info("Announcement", { ...(await deliver(message, topics, services, signal)), type: message.type });
}
