import * as z from "zod/mini";
import { sqsDeletionQueue } from "../domain/deletion/deletions.gateway";
import { sweepDeletions } from "../domain/deletion/finishing";
import { dynamoPostStore } from "../domain/posts/posts.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { createLog } from "../runtime/log";
import { queueClient } from "../runtime/queue-client";
import { commonVariables, nonEmpty, readVariables, urlOf } from "../runtime/variables";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "sweep";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  APP_DYNAMODB_TABLE_POSTS: nonEmpty,
  /** The queue of deletions that are to be finished. */
  DELETIONS_QUEUE_URL: urlOf("https:", "http:"),
});

const environment = readVariables(variables);
const log = createLog(name, environment);
const services = {
  posts: dynamoPostStore(documentClient(), environment.APP_DYNAMODB_TABLE_POSTS, log),
  queue: sqsDeletionQueue(queueClient(), environment.DELETIONS_QUEUE_URL),
  now: () => new Date(),
};

/**
 * Finds what is left over and has it removed: deletions whose tombstones stand unsettled after their hour.
 *
 * The schedule calls this every hour, with an event that says nothing else. Calls may overlap or come twice, which
 * does no harm. What a call throws is tried again, and is a dead letter then.
 */
export async function handler(): Promise<void> {
  log.info("Sweep", { deletions: await sweepDeletions(services) });
}
