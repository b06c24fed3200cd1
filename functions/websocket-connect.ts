import * as z from "zod/mini";
import { dynamoConnectionTally } from "../domain/realtime/connection-tally.dynamo";
import { newConnection } from "../domain/realtime/connections";
import { dynamoConnectionStore } from "../domain/realtime/connections.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { createLog } from "../runtime/log";
import { commonVariables, nonEmpty, readVariables } from "../runtime/variables";
import { connectEvent } from "./shared/types";
import { websocketHandler } from "./shared/websocket";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "websocket-connect";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  DYNAMODB_SUBSCRIPTIONS_TABLE: nonEmpty,
  DYNAMODB_CONNECTION_TALLY_TABLE: nonEmpty,
});

const environment = readVariables(variables);
const log = createLog(name, environment);
const client = documentClient();
const tables = {
  connections: environment.DYNAMODB_CONNECTIONS_TABLE,
  subscriptions: environment.DYNAMODB_SUBSCRIPTIONS_TABLE,
};
const tally = dynamoConnectionTally(client, environment.DYNAMODB_CONNECTION_TALLY_TABLE, log);
const connections = dynamoConnectionStore(client, tables, tally);

/**
 * Remembers a connection, so that broadcasts reach it.
 *
 * The `$connect` route calls this while the connection is still being made: any answer but 200 refuses it. Nothing
 * can be sent to the client before this has returned.
 */
export const handler = websocketHandler(connectEvent, log, ({ requestContext }) =>
  connections.put(newConnection(requestContext.connectionId, Date.now())),
);
