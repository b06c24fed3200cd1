import type * as z from "zod/mini";
import { Refusal } from "../../runtime/errors";
import type { Log } from "../../runtime/log";
import { PROBLEM_TYPE, problemOf } from "../../runtime/problem";
import type { LambdaContext, ProxyResponse } from "./types";

/**
 * Makes a handler of WebSocket events that always answers: with 200 and the headers that `serve` returns, with 400 for
 * an event that is not the schema's, with a refusal's status and reason, and with 500 and nothing but the status for any
 * other error, which is logged.
 */
export function websocketHandler<Event>(
  schema: z.ZodMiniType<Event>,
  log: Log,
  serve: (event: Event) => Promise<Readonly<Record<string, string>> | undefined>,
): (event: unknown, context: LambdaContext) => Promise<ProxyResponse> {
  return async (event, context) => {
    const parsed = schema.safeParse(event);
    if (!parsed.success) return { statusCode: 400 };
    const request_id = context.awsRequestId;
    try {
      const headers = await serve(parsed.data);
      return { statusCode: 200, ...(headers && { headers }) };
    } catch (error) {
      if (!(error instanceof Refusal)) {
        log.error("A WebSocket event failed", { error, request_id });
        return { statusCode: 500 };
      }
      const problem = problemOf(error);
      const level = problem.status >= 500 ? "error" : "info";
      log[level]("A WebSocket event was refused", { status: problem.status, reason: error.message, request_id });
      // API Gateway passes the status on. It keeps the body of a handshake that it refuses to itself, as it seems.
      const body = JSON.stringify({ ...problem, request_id });
      return { statusCode: problem.status, headers: { "content-type": PROBLEM_TYPE }, body };
    }
  };
}
