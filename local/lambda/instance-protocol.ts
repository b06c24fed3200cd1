/** What passes between the local cloud and a function's instance, which runs in a thread of its own. */

/** What an instance is told once, when it starts. */
export interface InstanceSettings {
  /** Absolute path of the bundle, an ES module (`.mjs`) or CommonJS (`.cjs`) that exports `handler`. */
  readonly file: string;
  readonly functionName: string;
  readonly arn: string;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** Where Google's certificates are fetched from, for a function that verifies ID tokens. */
  readonly certificatesPort: number | undefined;
}

/** One event to handle. */
export type ToInstance = readonly [requestId: string, deadline: number, event: string];

/**
 * - `ready`: the bundle is loaded
 * - `result`: the handler's answer, as JSON
 * - `error`: the handler failed; a FunctionError as JSON
 * - `fatal`: the instance failed, while it loaded the bundle or later, and ends; a FunctionError as JSON
 * - `log`: nothing but what was logged
 *
 * `logged` is what was written to stdout and stderr since the message before.
 */
export type FromInstance = readonly [
  kind: "ready" | "result" | "error" | "fatal" | "log",
  json: string,
  logged: string,
];

/** An error as Lambda reports it; see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
