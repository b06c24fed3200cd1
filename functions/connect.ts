import * as z from "zod/mini";
import { newConnection } from "../domain/connections";
import { dynamoConnectionStore } from "../domain/connections.dynamo";
import { documentClient } from "../domain/runtime/clients";
import { createLog } from "../domain/runtime/logging";
import { commonVariables, nonEmpty, readVariables } from "../domain/runtime/variables";
import { connectEvent } from "./shared/types";
import { websocketHandler } from "./shared/websocket";

export const variables = z.object({ ...commonVariables, DYNAMODB_CONNECTIONS_TABLE: nonEmpty });

const environment = readVariables(variables);
const log = createLog("websocket-connect", environment);
const connections = dynamoConnectionStore(documentClient(), environment.DYNAMODB_CONNECTIONS_TABLE);

/**
 * Remembers a connection, so that broadcasts reach it.
 *
 * Called by the `$connect` route while the connection is still being made: any answer but 200 refuses it. Nothing
 * can be sent to the client before this has returned.
 */
export const handler = websocketHandler(connectEvent, log, ({ requestContext }) =>
  connections.put(newConnection(requestContext.connectionId, Date.now())),
);
