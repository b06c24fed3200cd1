/** What the functions that send to connections have in common. */
import * as z from "zod/mini";
import type { DeliveryServices } from "../../domain/delivery/delivery";
import { dynamoDeliveryProgress } from "../../domain/delivery/delivery-progress.dynamo";
import { gatewaySender } from "../../domain/delivery/sender.gateway";
import { sleep } from "../../domain/delivery/sleep";
import { sqsTaskQueue } from "../../domain/delivery/tasks.gateway";
import { dynamoConnectionTally } from "../../domain/realtime/connection-tally.dynamo";
import { dynamoSubscriptionStore } from "../../domain/realtime/subscriptions.dynamo";
import { documentClient } from "../../runtime/aws-clients";
import type { Log } from "../../runtime/log";
import { postToConnection } from "../../runtime/post-to-connection";
import { queueClient } from "../../runtime/queue-client";
import { nonEmpty, urlOf } from "../../runtime/variables";
import type { LambdaContext } from "./types";

/** The variables of a function that sends to connections. */
export const senderVariables = {
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  DYNAMODB_SUBSCRIPTIONS_TABLE: nonEmpty,
  DYNAMODB_WEBSOCKET_USERS_TABLE: nonEmpty,
  DYNAMODB_CONNECTION_TALLY_TABLE: nonEmpty,
  DYNAMODB_DELIVERIES_TABLE: nonEmpty,
  /** The queue of what is left to deliver. */
  DELIVERIES_QUEUE_URL: urlOf("https:", "http:"),
  /** The address that messages to connections are posted to: `https://…/<stage>` of the WebSocket API. */
  WEBSOCKET_API_ENDPOINT: urlOf("https:", "http:"),
};

/** The variables of a function that delivers messages. */
export const deliveryVariables = {
  ...senderVariables,
  /** The most subscribers that one function sends a message to. */
  DELIVERY_THRESHOLD: z.string().check(z.regex(/^[1-9]\d{0,6}$/, "must be a whole number from 1 to 9999999")),
};

type SenderEnvironment = Readonly<Record<keyof typeof senderVariables, string>>;

/** Creates what sending takes, once per instance. */
export function senderServices(environment: SenderEnvironment, log: Log): Omit<DeliveryServices, "threshold"> {
  const client = documentClient();
  const tables = {
    connections: environment.DYNAMODB_CONNECTIONS_TABLE,
    subscriptions: environment.DYNAMODB_SUBSCRIPTIONS_TABLE,
    users: environment.DYNAMODB_WEBSOCKET_USERS_TABLE,
  };
  const tally = dynamoConnectionTally(client, environment.DYNAMODB_CONNECTION_TALLY_TABLE, log);
  return {
    subscriptions: dynamoSubscriptionStore(client, tables, tally),
    sender: gatewaySender(postToConnection(environment.WEBSOCKET_API_ENDPOINT), log),
    queue: sqsTaskQueue(queueClient(), environment.DELIVERIES_QUEUE_URL),
    progress: dynamoDeliveryProgress(client, environment.DYNAMODB_DELIVERIES_TABLE),
    log,
    now: Date.now,
    random: Math.random,
    sleep,
  };
}

/** Creates what delivering takes, once per instance. */
export const deliveryServices = (
  environment: SenderEnvironment & { readonly DELIVERY_THRESHOLD: string },
  log: Log,
): DeliveryServices => ({ ...senderServices(environment, log), threshold: Number(environment.DELIVERY_THRESHOLD) });

/** The time that sending leaves of the function's own, to hand on what is left before Lambda stops it. */
const RESERVE_MILLISECONDS = 2_000;

/** Returns a signal that aborts when the time for sending is up. */
export const timeToSend = (context: LambdaContext): AbortSignal =>
  AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS));
