import { HTTPError } from "h3";
import { Unauthenticated } from "../../domain/shared/errors";
import { SigningUnavailable } from "../../runtime/errors";
import { PROBLEM_TYPE, type Problem, problem, problemOf } from "../../runtime/problem";
import { AuthenticationUnavailable, InvalidToken } from "../authentication/errors";
import { InvalidCursor } from "./cursor";
import { headersOfAll } from "./headers";

/** What is wrong with a request as HTTP, whatever it asks for. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";

  constructor(
    readonly statusCode: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** For how long whoever meets an overload or an outage should wait. */
const RETRY_AFTER_SECONDS = 5;

/** The problem details that answer an error thrown by a route, by the router or on the way to them. */
function apiProblem(error: unknown): Problem {
  if (error instanceof RequestProblem) return problem(error.statusCode, error.message);
  if (error instanceof InvalidCursor) return problem(400, error.message);
  if (error instanceof InvalidToken) return { ...problem(401, error.message), code: error.code };
  if (error instanceof AuthenticationUnavailable) return problem(503, error.message);
  if (error instanceof SigningUnavailable) return problem(503, "Cursors cannot be signed at the moment: try again.");
  if (error instanceof HTTPError)
    // The router quotes the URL, which may be long or hold anything.
    return problem(error.status, error.status === 404 ? "There is nothing at this path." : "The path is not valid.");
  return problemOf(error);
}

/** The headers that the answer to an error has besides. */
function headersOf(error: unknown, status: number): Readonly<Record<string, string>> {
  if (error instanceof RequestProblem) return error.headers;
  if (error instanceof InvalidToken) return { "www-authenticate": `Bearer error="invalid_token"` };
  if (error instanceof Unauthenticated) return { "www-authenticate": "Bearer" };
  if (error instanceof AuthenticationUnavailable) return { "retry-after": String(error.retryAfterSeconds) };
  return status === 503 ? { "retry-after": String(RETRY_AFTER_SECONDS) } : {};
}

export function problemResponse(error: HTTPError, requestId: string): Response {
  // What routes throw arrives wrapped.
  const thrown = error.unhandled ? error.cause : error;
  const body = { ...apiProblem(thrown), request_id: requestId };
  const headers = { ...headersOfAll(requestId), ...headersOf(thrown, body.status), "content-type": PROBLEM_TYPE };
  return new Response(JSON.stringify(body), { status: body.status, headers });
}
