import * as z from "zod/mini";
import { dynamoCommentStore } from "../domain/comments/comments.dynamo";
import { sqsDeletionQueue } from "../domain/deletion/deletions.gateway";
import { deletion, finishDeletion } from "../domain/deletion/finishing";
import { dynamoFavoriteStore } from "../domain/favorites/favorites.dynamo";
import { dynamoPostStore } from "../domain/posts/posts.dynamo";
import { postTombstoneRow } from "../domain/posts/posts.row";
import { documentClient } from "../runtime/aws-clients";
import { createLog } from "../runtime/log";
import { queueClient } from "../runtime/queue-client";
import { commonVariables, nonEmpty, readVariables, urlOf } from "../runtime/variables";
import { imagesOf, type StreamRecord, streamEvent } from "./shared/stream";
import { timeToWork } from "./shared/time";
import { type BatchResponse, type LambdaContext, queueEvent } from "./shared/types";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "finish-deletions";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  APP_DYNAMODB_TABLE_POSTS: nonEmpty,
  APP_DYNAMODB_TABLE_COMMENTS: nonEmpty,
  APP_DYNAMODB_TABLE_FAVORITES: nonEmpty,
  /** The queue of deletions that are to be finished. */
  DELETIONS_QUEUE_URL: urlOf("https:", "http:"),
});

const environment = readVariables(variables);
const log = createLog(name, environment);
const client = documentClient();
const tables = {
  posts: environment.APP_DYNAMODB_TABLE_POSTS,
  comments: environment.APP_DYNAMODB_TABLE_COMMENTS,
  favorites: environment.APP_DYNAMODB_TABLE_FAVORITES,
};
const queue = sqsDeletionQueue(queueClient(), environment.DELETIONS_QUEUE_URL);
const services = {
  posts: dynamoPostStore(client, tables.posts, log),
  comments: dynamoCommentStore(client, tables, log),
  favorites: dynamoFavoriteStore(client, tables, log),
  queue,
  now: () => new Date(),
};

const anyEvent = z.union([streamEvent, queueEvent]);

/**
 * Removes what deleted posts have left.
 *
 * The stream of posts calls this for each post that gave way to its tombstone, which only goes to the queue: removing may
 * take longer than the stream should be held up. The queue calls it with deletions, and gets back those that it could
 * not finish in time. Either calls again what failed.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<BatchResponse> {
  const { Records } = anyEvent.parse(event);
  const failures: string[] = [];
  const signal = timeToWork(context);
  for (const record of Records) {
    const fromStream = "dynamodb" in record;
    try {
      if (fromStream) await hand(record);
      else log.info("Deletion", { outcome: await finish(record.body, signal), queue_message_id: record.messageId });
    } catch (error) {
      log.error("A deletion could not be finished, and is tried again", { error, request_id: context.awsRequestId });
      failures.push(fromStream ? record.dynamodb.SequenceNumber : record.messageId);
      // A stream goes on at the first that failed.
      if (fromStream) break;
    }
  }
  return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function hand(record: StreamRecord): Promise<void> {
  const { id, deleted_at } = postTombstoneRow.parse(imagesOf(record).after);
  await queue.send([{ post_id: id, deleted_at }]);
}

const finish = (body: string, signal: AbortSignal) =>
  finishDeletion(services, deletion.parse(JSON.parse(body)), signal);
