import type * as z from "zod/mini";
import type { Log } from "../../runtime/log";
import type { LambdaContext, ProxyResponse } from "./types";

/**
 * Makes a handler of WebSocket events that always answers: with 200, with 400 for an event that is not the schema's,
 * and with 500 and nothing but the status for an error, which is logged.
 */
export function websocketHandler<Event>(
  schema: z.ZodMiniType<Event>,
  log: Log,
  serve: (event: Event) => Promise<void>,
): (event: unknown, context: LambdaContext) => Promise<ProxyResponse> {
  return async (event, context) => {
    const parsed = schema.safeParse(event);
    if (!parsed.success) return { statusCode: 400 };
    try {
      await serve(parsed.data);
      return { statusCode: 200 };
    } catch (error) {
      log.error("A WebSocket event failed", { error, request_id: context.awsRequestId });
      return { statusCode: 500 };
    }
  };
}
