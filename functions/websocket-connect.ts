import * as z from "zod/mini";
import { dynamoArrivals } from "../domain/admission/arrivals.dynamo";
import { letIn } from "../domain/admission/door";
import { createSourceHash } from "../domain/admission/source";
import { dynamoConnectionTally } from "../domain/realtime/connection-tally.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { createGenerateMac } from "../runtime/kms/generate-mac";
import { createSigningKey } from "../runtime/kms/signing-key";
import { createLog } from "../runtime/log";
import { commonVariables, nonEmpty, readVariables, textsIn } from "../runtime/variables";
import { connectEvent } from "./shared/types";
import { websocketHandler } from "./shared/websocket";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "websocket-connect";

/** The variables that the function reads at its start. */
export const variables = z.object({
  ...commonVariables,
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  DYNAMODB_SUBSCRIPTIONS_TABLE: nonEmpty,
  DYNAMODB_WEBSOCKET_USERS_TABLE: nonEmpty,
  DYNAMODB_TICKETS_TABLE: nonEmpty,
  DYNAMODB_CONNECTION_TALLY_TABLE: nonEmpty,
  /** ARN of the KMS key that the key for hashing addresses is derived from. */
  SIGNING_KEY_ID: nonEmpty,
  /** The origins whose pages may connect, as a JSON list. */
  WEBSOCKET_ORIGINS: textsIn,
  /** Whether a client that sends no Origin may connect. */
  WEBSOCKET_WITHOUT_ORIGIN: z.enum(
    ["refused", "with a ticket", "allowed"],
    "must be refused, with a ticket or allowed",
  ),
  /** Whether a client may connect without a ticket. */
  WEBSOCKET_ANONYMOUS: z.enum(["on", "off"], "must be on or off"),
});

const environment = readVariables(variables);
const log = createLog(name, environment);
const client = documentClient();
const tally = dynamoConnectionTally(client, environment.DYNAMODB_CONNECTION_TALLY_TABLE, log);
const tables = {
  connections: environment.DYNAMODB_CONNECTIONS_TABLE,
  subscriptions: environment.DYNAMODB_SUBSCRIPTIONS_TABLE,
  users: environment.DYNAMODB_WEBSOCKET_USERS_TABLE,
  tickets: environment.DYNAMODB_TICKETS_TABLE,
};
const signingKey = createSigningKey({
  keyId: environment.SIGNING_KEY_ID,
  generateMac: createGenerateMac(client.config),
  purpose: "source",
});
const services = {
  arrivals: dynamoArrivals(client, tables, tally),
  sourceOf: createSourceHash(signingKey, log),
  now: () => Date.now(),
};
const rules = {
  origins: environment.WEBSOCKET_ORIGINS,
  withoutOrigin: environment.WEBSOCKET_WITHOUT_ORIGIN,
  anonymous: environment.WEBSOCKET_ANONYMOUS === "on",
};

/**
 * Lets a connection in, or not, and remembers it.
 *
 * The `$connect` route calls this while the connection is still being made: any answer but 200 refuses it. Nothing
 * can be sent to the client before this has returned. If the client leaves meanwhile, `$disconnect` may run first and
 * find nothing to forget; then the row that this writes is forgotten by the first send that finds nobody there.
 */
export const handler = websocketHandler(connectEvent, log, async (event) => {
  const header = (name: string) => valuesOf(event.multiValueHeaders, (one) => one.toLowerCase() === name);
  const parameter = (name: string) => valuesOf(event.multiValueQueryStringParameters, (one) => one === name);
  const { connectionId, identity } = event.requestContext;
  const { protocol, ...who } = await letIn(
    {
      connectionId,
      origins: header("origin"),
      // A browser separates what it offers by a comma and a space.
      protocols: header("sec-websocket-protocol").flatMap((list) => list.split(",").map((one) => one.trim())),
      tickets: parameter("ticket"),
      topics: parameter("topics"),
      address: identity.sourceIp,
    },
    rules,
    services,
  );
  log.debug("Connected", { connection_id: connectionId, ...who });
  return protocol === undefined ? undefined : { "Sec-WebSocket-Protocol": protocol };
});

function valuesOf(
  map: Readonly<Record<string, readonly string[]>> | null | undefined,
  isIt: (name: string) => boolean,
) {
  return Object.entries(map ?? {}).flatMap(([name, values]) => (isIt(name) ? values : []));
}
