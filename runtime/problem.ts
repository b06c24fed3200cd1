import { STATUS_CODES } from "node:http";
import { isTransient } from "./aws-errors";
import { type FieldProblem, Overloaded, Refusal, type RefusalReason } from "./errors";

/** Problem details (https://www.rfc-editor.org/rfc/rfc9457), as every function answers a failed HTTP request. */
export interface Problem {
  readonly status: number;
  /** The status in words. */
  readonly title: string;
  /** Says what is wrong with this request, for the person who sent it. */
  readonly detail: string;
  /** Tells programs what to do where the status does not say enough. */
  readonly code?: string;
  /** One entry for each field that is wrong. */
  readonly errors?: readonly FieldProblem[];
  /** Names the request in the logs. */
  readonly request_id?: string;
}

/** The media type of problem details. */
export const PROBLEM_TYPE = "application/problem+json";

/** Builds the details of a problem that has no more to tell programs than its status. */
export function problem(status: number, detail: string, errors?: readonly FieldProblem[]): Problem {
  return { status, title: STATUS_CODES[status] ?? "Error", detail, ...(errors && { errors }) };
}

const STATUS_OF: Readonly<Record<RefusalReason, number>> = {
  "invalid input": 400,
  unauthenticated: 401,
  forbidden: 403,
  "not found": 404,
  "method not allowed": 405,
  stale: 412,
  "too large": 413,
  "unsupported media type": 415,
  "idempotency key reused": 422,
  "too many": 429,
  unavailable: 503,
};

/**
 * Returns the answer to a request that failed with an error. Only a refusal's message is shown, because it was written
 * for that. Of any other error the answer says nothing, so the caller has to log it.
 */
export function problemOf(error: unknown): Problem {
  if (isTransient(error)) return problemOf(new Overloaded(String(error)));
  if (error instanceof Refusal) {
    const { reason, message, code, fields } = error;
    const detail = fields ? "The request is not valid." : message;
    return { ...problem(STATUS_OF[reason], detail, fields), ...(code && { code }) };
  }
  return problem(500, "The request failed. Give its request_id when you report it.");
}
