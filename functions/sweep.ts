import * as z from "zod/mini";
import { ticketsTable } from "../domain/admission/tickets.table";
import { sqsDeletionQueue } from "../domain/deletion/deletions.gateway";
import { sweepDeletions } from "../domain/deletion/finishing";
import { dynamoPostStore } from "../domain/posts/posts.dynamo";
import { dynamoConnectionTally } from "../domain/realtime/connection-tally.dynamo";
import { epochSeconds } from "../domain/realtime/connections";
import { connectionsTable } from "../domain/realtime/connections.table";
import { dynamoSubscriptionStore } from "../domain/realtime/subscriptions.dynamo";
import { type Leftovers, sweepLeftovers } from "../domain/sweeping/leftovers";
import { dynamoExpired, dynamoLeftovers } from "../domain/sweeping/leftovers.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { createLog } from "../runtime/log";
import { queueClient } from "../runtime/queue-client";
import { commonVariables, nonEmpty, readVariables, urlOf } from "../runtime/variables";
import { timeToWork } from "./shared/time";
import type { LambdaContext } from "./shared/types";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "sweep";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  APP_DYNAMODB_TABLE_POSTS: nonEmpty,
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  DYNAMODB_SUBSCRIPTIONS_TABLE: nonEmpty,
  DYNAMODB_WEBSOCKET_USERS_TABLE: nonEmpty,
  DYNAMODB_CONNECTION_TALLY_TABLE: nonEmpty,
  DYNAMODB_TICKETS_TABLE: nonEmpty,
  /** The queue of deletions that are to be finished. */
  DELETIONS_QUEUE_URL: urlOf("https:", "http:"),
});

const environment = readVariables(variables);
const log = createLog(name, environment);
const client = documentClient();
const now = () => new Date();
const deletions = {
  posts: dynamoPostStore(client, environment.APP_DYNAMODB_TABLE_POSTS, log),
  queue: sqsDeletionQueue(queueClient(), environment.DELETIONS_QUEUE_URL),
  now,
};
const tables = {
  connections: environment.DYNAMODB_CONNECTIONS_TABLE,
  subscriptions: environment.DYNAMODB_SUBSCRIPTIONS_TABLE,
  users: environment.DYNAMODB_WEBSOCKET_USERS_TABLE,
};
const tally = dynamoConnectionTally(client, environment.DYNAMODB_CONNECTION_TALLY_TABLE, log);
const subscriptions = dynamoSubscriptionStore(client, tables, tally);
const connections: Leftovers = {
  expired: dynamoExpired(client, { definition: connectionsTable, table: tables.connections }),
  // A connection goes with its subscriptions and its place among its user's.
  remove: (connectionId, _now, signal) => subscriptions.forget({ connectionId }, undefined, signal),
};
const tickets = dynamoLeftovers(client, { definition: ticketsTable, table: environment.DYNAMODB_TICKETS_TABLE });

/**
 * Finds what is left over and has it removed: deletions whose tombstones stand unsettled after their hour, connections
 * whose end nobody noticed, and tickets that nobody took.
 *
 * The schedule calls this every hour, with an event that says nothing else. Calls may overlap or come twice, which
 * does no harm. What a call throws is tried again, and is a dead letter then.
 */
export async function handler(_event: unknown, context: LambdaContext): Promise<void> {
  const signal = timeToWork(context);
  const seconds = epochSeconds(now().getTime());
  log.info("Sweep", {
    deletions: await sweepDeletions(deletions),
    connections: await sweepLeftovers(connections, seconds, signal),
    tickets: await sweepLeftovers(tickets, seconds, signal),
  });
}
