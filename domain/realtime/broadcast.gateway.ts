import { type ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { nameOf, statusOf } from "../../runtime/aws-errors";
import type { Log } from "../../runtime/log";
import type { Sender, SendOutcome } from "./broadcast";

/**
 * Creates a sender that sends through API Gateway's `@connections`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html).
 *
 * @param client makes one attempt per call and bounds it in time: retrying is the broadcast's decision
 */
export function gatewaySender(client: ApiGatewayManagementApiClient, log: Log): Sender {
  return {
    async send(connectionId, data, signal) {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }), {
          abortSignal: signal,
        });
        return "delivered";
      } catch (error) {
        const outcome = outcomeOf(error);
        if (outcome !== "gone") log.debug("A send failed", { outcome, error, connection_id: connectionId });
        return outcome;
      }
    },
  };
}

/** The answers that say what became of a send. An answer without a body has a status but no name, so either decides. */
const KNOWN: readonly { name: string; status: number; outcome: SendOutcome }[] = [
  { name: "GoneException", status: 410, outcome: "gone" },
  { name: "BadRequestException", status: 400, outcome: "invalid" },
  { name: "ForbiddenException", status: 403, outcome: "forbidden" },
  { name: "LimitExceededException", status: 429, outcome: "throttled" },
];

function outcomeOf(error: unknown): SendOutcome {
  const name = nameOf(error);
  const status = statusOf(error) ?? 0;
  const known = KNOWN.find((each) => each.name === name || each.status === status);
  return known?.outcome ?? (status >= 400 && status < 500 ? "refused" : "unavailable");
}
