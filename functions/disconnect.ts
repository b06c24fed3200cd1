import * as z from "zod/mini";
import { dynamoConnectionStore } from "../domain/realtime/connections.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { createLog } from "../runtime/log";
import { commonVariables, nonEmpty, readVariables } from "../runtime/variables";
import { disconnectEvent } from "./shared/types";
import { websocketHandler } from "./shared/websocket";

export const variables = z.object({ ...commonVariables, DYNAMODB_CONNECTIONS_TABLE: nonEmpty });

const environment = readVariables(variables);
const log = createLog("websocket-disconnect", environment);
const connections = dynamoConnectionStore(documentClient(), environment.DYNAMODB_CONNECTIONS_TABLE, log);

/**
 * Forgets a connection.
 *
 * Called by the `$disconnect` route after a connection has closed, on a best-effort basis: perhaps twice, perhaps
 * never. What this misses, a broadcast that finds the connection gone or the table's TTL removes.
 */
export const handler = websocketHandler(disconnectEvent, log, ({ requestContext }) =>
  connections.remove(requestContext.connectionId),
);
