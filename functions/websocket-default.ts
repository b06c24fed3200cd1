import * as z from "zod/mini";
import { commonVariables, readVariables } from "../runtime/variables";
import { messageEvent, type ProxyResponse } from "./shared/types";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "websocket-default";

/** The variables that the function reads at its start. */
export const variables = z.object(commonVariables);
readVariables(variables);

/**
 * Answers a WebSocket message with the same message.
 *
 * The `$default` route calls this for every message that names no other route. The route's response carries the
 * body returned here back to the client. Nothing is logged per message: it is the hottest path of the platform.
 */
export async function handler(event: unknown): Promise<ProxyResponse> {
  const message = messageEvent.safeParse(event);
  if (!message.success) return { statusCode: 400, body: "Not a WebSocket message event." };
  const { body, isBase64Encoded } = message.data;
  return { statusCode: 200, body: body ?? "", isBase64Encoded: isBase64Encoded ?? false };
}
