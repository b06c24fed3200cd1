import type { Log } from "../../runtime/log";
import type { PostToConnection } from "../../runtime/post-to-connection";
import type { Sender, SendOutcome } from "./sender";

/**
 * Creates a sender that sends through API Gateway's `@connections`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html).
 *
 * @param post makes one attempt per call and bounds it in time: retrying is the delivery's decision
 */
export function gatewaySender(post: PostToConnection, log: Log): Sender {
  return {
    async send(connectionId, data, signal) {
      try {
        const status = await post(connectionId, data, signal);
        if (status === 200) return "delivered";
        const outcome = outcomeOf(status);
        if (outcome !== "gone") log.debug("A send failed", { outcome, status, connection_id: connectionId });
        return outcome;
      } catch (error) {
        log.debug("A send failed", { outcome: "unavailable", error, connection_id: connectionId });
        return "unavailable";
      }
    },
  };
}

/** The statuses that say what became of a send. Answers may come without a body and without the name of an error. */
const KNOWN: Readonly<Record<number, SendOutcome>> = {
  400: "invalid",
  403: "forbidden",
  410: "gone",
  429: "throttled",
};

const outcomeOf = (status: number): SendOutcome =>
  KNOWN[status] ??
  (status >= 200 && status < 300 ? "delivered" : status >= 400 && status < 500 ? "refused" : "unavailable");
