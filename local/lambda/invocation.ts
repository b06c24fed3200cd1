import { isObject, parseJson } from "../shared/json";
import type { FunctionError } from "./instance-protocol";

/**
 * The most bytes of an event and of a result; see
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** The outcome of one invocation: the function's result or, if `ok` is false, its error, as JSON. */
export interface InvocationResult {
  readonly ok: boolean;
  readonly json: string;
}

/** Returns the outcome of an invocation that failed outside of the handler. */
export function failedInvocation(errorType: string, errorMessage: string): InvocationResult {
  const error: FunctionError = { errorType, errorMessage };
  return { ok: false, json: JSON.stringify(error) };
}

/** Describes the error of an invocation in one line, for logs. */
export function errorText({ json }: InvocationResult): string {
  const error = parseJson(json);
  return isObject(error) ? `${error.errorType}: ${error.errorMessage}` : json;
}

/** Returns whether Lambda would carry this event or result, which is JSON. */
export function fitsPayload(json: string): boolean {
  // UTF-8 has at most three bytes for one unit of a string, so that most texts need not be counted.
  return json.length <= MAX_PAYLOAD_BYTES / 3 || Buffer.byteLength(json) <= MAX_PAYLOAD_BYTES;
}
