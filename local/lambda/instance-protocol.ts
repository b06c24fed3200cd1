// The messages between the local cloud and an instance of a function, which runs in a thread of its own.

/** The settings that an instance gets when it starts. */
export interface InstanceSettings {
  /** The absolute path of the bundle, an ES module (`.mjs`) or CommonJS (`.cjs`) that exports `handler`. */
  readonly file: string;
  readonly functionName: string;
  readonly arn: string;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** The port that shows Google's certificates, for a function that verifies ID tokens. */
  readonly certificatesPort: number | undefined;
}

/** One event to handle. `deadline` is in epoch milliseconds. */
export type ToInstance = readonly [requestId: string, deadline: number, event: string];

/**
 * A message of an instance. Its kinds are
 *
 * - `ready`: the bundle is loaded
 * - `result`: the handler returned; its result as JSON
 * - `error`: the handler threw; a FunctionError as JSON
 * - `fatal`: the instance failed while it loaded the bundle or later, and ends; a FunctionError as JSON
 * - `log`: the handler wrote something
 *
 * `logged` is the text that was written to stdout and stderr since the message before.
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
