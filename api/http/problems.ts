import { HTTPError } from "h3";
import { PROBLEM_TYPE, type Problem, problem, problemOf } from "../../runtime/problem";
import { MethodNotAllowed } from "../errors";
import type { ResponseHeaders } from "./cors-headers";
import { commonHeaders } from "./response";

/** The seconds that a client should wait after an overload or an outage, and after it has asked too often. */
const RETRY_AFTER_SECONDS: Readonly<Record<number, string>> = { 503: "5", 429: "60" };

/**
 * Returns the problem document that answers an error, whoever threw it: a route, the router or the authenticator. The
 * statuses of our own errors are in runtime/problem.ts; the headers that belong to a status are here.
 */
export function problemResponse(error: HTTPError, requestId: string): Response {
  // h3 wraps everything that it has not thrown itself.
  const thrown = error.unhandled ? error.cause : error;
  const body = { ...(thrown instanceof HTTPError ? routingProblem(thrown) : problemOf(thrown)), request_id: requestId };
  const headers = { ...commonHeaders(requestId), ...headersOf(body, thrown), "content-type": PROBLEM_TYPE };
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

/** Returns the problem of a path that the router did not take. Its own message quotes the path, which may hold anything. */
const routingProblem = ({ status }: HTTPError): Problem =>
  problem(status, status === 404 ? "There is nothing at this path." : "The path is not valid.");

function headersOf({ status, code }: Problem, thrown: unknown): ResponseHeaders {
  if (thrown instanceof MethodNotAllowed) return { allow: thrown.allow };
  if (status === 401) return { "www-authenticate": code ? 'Bearer error="invalid_token"' : "Bearer" };
  const seconds = RETRY_AFTER_SECONDS[status];
  return seconds === undefined ? {} : { "retry-after": seconds };
}
