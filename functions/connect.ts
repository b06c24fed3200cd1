import * as z from "zod/mini";
import { newConnection } from "../domain/realtime/connections";
import { dynamoConnectionStore } from "../domain/realtime/connections.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { createLog } from "../runtime/log";
import { commonVariables, nonEmpty, readVariables } from "../runtime/variables";
import { connectEvent } from "./shared/types";
import { websocketHandler } from "./shared/websocket";

export const variables = z.object({ ...commonVariables, DYNAMODB_CONNECTIONS_TABLE: nonEmpty });

const environment = readVariables(variables);
const log = createLog("websocket-connect", environment);
const connections = dynamoConnectionStore(documentClient(), environment.DYNAMODB_CONNECTIONS_TABLE, log);

/**
 * Remembers a connection, so that broadcasts reach it.
 *
 * Called by the `$connect` route while the connection is still being made: any answer but 200 refuses it. Nothing
 * can be sent to the client before this has returned.
 */
export const handler = websocketHandler(connectEvent, log, ({ requestContext }) =>
  connections.put(newConnection(requestContext.connectionId, Date.now())),
);
