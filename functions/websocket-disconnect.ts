import * as z from "zod/mini";
import { dynamoConnectionTally } from "../domain/realtime/connection-tally.dynamo";
import { dynamoDepartures } from "../domain/realtime/departures.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { createLog } from "../runtime/log";
import { commonVariables, nonEmpty, readVariables } from "../runtime/variables";
import { disconnectEvent } from "./shared/types";
import { websocketHandler } from "./shared/websocket";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "websocket-disconnect";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  DYNAMODB_SUBSCRIPTIONS_TABLE: nonEmpty,
  DYNAMODB_WEBSOCKET_USERS_TABLE: nonEmpty,
  DYNAMODB_CONNECTION_TALLY_TABLE: nonEmpty,
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
const forget = dynamoDepartures(client, tables, tally);

/**
 * Forgets a connection, its subscriptions, and its place among its user's connections.
 *
 * The `$disconnect` route calls this after a connection has closed, on a best-effort basis: perhaps twice, perhaps
 * never, and perhaps before `$connect` has stored anything. A row that this misses is removed by a broadcast that finds the connection gone, or by the table's TTL.
 */
export const handler = websocketHandler(disconnectEvent, log, async ({ requestContext }) => {
  await forget({ connectionId: requestContext.connectionId }, undefined, undefined);
  return undefined;
});
