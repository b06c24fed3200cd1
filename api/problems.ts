import { HTTPError } from "h3";
import { PROBLEM_TYPE, type Problem, problem, problemOf } from "../domain/runtime/problem";

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

/** The problem details that answer an error thrown by a route, by the router or on the way to them. */
function apiProblem(error: unknown): Problem {
  if (error instanceof RequestProblem) return problem(error.statusCode, error.message);
  if (error instanceof HTTPError) {
    // What routes throw arrives wrapped.
    if (error.unhandled) return apiProblem(error.cause);
    // What the router throws quotes the URL, which may be long or hold anything.
    return problem(error.status, error.status === 404 ? "There is nothing at this path." : "The path is not valid.");
  }
  return problemOf(error);
}

export function problemResponse(error: HTTPError, requestId: string): Response {
  const body = { ...apiProblem(error), request_id: requestId };
  const headers = error.cause instanceof RequestProblem ? error.cause.headers : {};
  return Response.json(body, { status: body.status, headers: { ...headers, "content-type": PROBLEM_TYPE } });
}
