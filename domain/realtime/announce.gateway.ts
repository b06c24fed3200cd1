import type { Log } from "../../runtime/log";
import type { SignedPost } from "../../runtime/signed-request";
import type { Announce } from "./announce";

/** The longest that a request waits for its announcement. */
const DEADLINE_MILLISECONDS = 2_000;

/**
 * Creates a function that announces through the broadcast function's HTTP route.
 *
 * A connection that was kept open may have been closed by the other side while this function was frozen, so a call
 * that gets no answer is made once more. That is safe: whoever receives the message twice knows it by its id.
 *
 * @param deadline returns a signal that aborts when a request has waited long enough
 */
export function httpAnnounce(
  url: string,
  post: SignedPost,
  log: Log,
  deadline = () => AbortSignal.timeout(DEADLINE_MILLISECONDS),
): Announce {
  return async (message, requestId) => {
    const signal = deadline();
    const attempt = () => post(url, JSON.stringify(message), { "x-request-id": requestId }, signal);
    const context = { message_id: message.id, request_id: requestId };
    try {
      const status = await attempt().catch((error) => {
        if (signal.aborted) throw error;
        return attempt();
      });
      if (status >= 300) log.error("The broadcast was refused", { ...context, status });
    } catch (error) {
      log.error("The broadcast could not be reached", { ...context, error });
    }
  };
}
