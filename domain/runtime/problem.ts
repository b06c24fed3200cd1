import { STATUS_CODES } from "node:http";
import {
  type FieldProblem,
  Forbidden,
  IdempotencyKeyReused,
  InvalidInput,
  NotFound,
  Stale,
  TooLarge,
  Unauthenticated,
} from "../errors";
import { isTransient } from "./aws-errors";

/** Problem details (https://www.rfc-editor.org/rfc/rfc9457), as every function here answers a failed request. */
export interface Problem {
  readonly status: number;
  /** The status in words. */
  readonly title: string;
  /** What is wrong with this request, for the person who sent it. */
  readonly detail: string;
  /** What a program may act on, where the status does not say enough. */
  readonly code?: string;
  /** One entry for each field that is wrong. */
  readonly errors?: readonly FieldProblem[];
  /** Names the request in the logs. */
  readonly request_id?: string;
}

export const PROBLEM_TYPE = "application/problem+json";

export function problem(status: number, detail: string, errors?: readonly FieldProblem[]): Problem {
  return { status, title: STATUS_CODES[status] ?? "Error", detail, ...(errors && { errors }) };
}

/**
 * The answer to a request that failed with an error. What the error says is shown only if it was written to be: of
 * any other error the answer says nothing, and the log has to.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof InvalidInput) return problem(400, "The request is not valid.", error.problems);
  if (error instanceof Unauthenticated) return problem(401, error.message);
  if (error instanceof Forbidden) return problem(403, error.message);
  if (error instanceof NotFound) return problem(404, error.message);
  if (error instanceof Stale) return problem(412, error.message);
  if (error instanceof TooLarge) return problem(413, error.message);
  if (error instanceof IdempotencyKeyReused) return problem(422, error.message);
  if (isTransient(error)) return problem(503, "The service is overloaded. Try again in a moment.");
  return problem(500, "The request failed. Give its request_id when you report it.");
}
