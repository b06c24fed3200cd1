import { type ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import type { Sender, SendOutcome } from "../../domain/delivery/sender";
import { nameOf, statusOf } from "../../runtime/aws-errors";
import type { Log } from "../../runtime/log";

/**
 * Creates a sender that sends with the SDK's client alone, as its documentation shows. It is what ours is compared with:
 * the outcomes by the faults that both meet, and the CPU by the benchmark.
 *
 * @param client makes one attempt per call and bounds it in time
 */
export function plainSender(client: ApiGatewayManagementApiClient, log: Log): Sender {
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
