/**
 * The type of an environment: everything that may differ between development, staging and production.
 *
 * An environment is data. Every field is required, so that a reader sees the whole of it in one literal and
 * nothing below this folder ever asks which environment it is in.
 */

/** Days CloudWatch Logs can keep events; see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
type LogRetentionDays = (typeof LOG_RETENTION_DAYS)[number];

export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export const ARCHITECTURES = ["arm64", "x86_64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** Node.js runtimes Lambda still creates functions with; see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
export const RUNTIMES = ["nodejs24.x", "nodejs22.x"] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** A token bucket: the steady rate and how many requests may come at once. API Gateway reads a missing number as 0. */
export interface Throttle {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/** Which browser origins may call us, and whether they may send credentials (cookies, client certificates). */
export interface Cors {
  /** Exact origins such as `https://blog.example.com`: scheme, host and port, no path, no wildcard. */
  readonly allowedOrigins: readonly string[];
  readonly allowCredentials: boolean;
}

/** Size and speed of a Lambda function. */
export interface FunctionSize {
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
}

/** No alarms at all, or alarms that notify these SNS topics (none given: they are seen in the console only). */
export type Alarms = "off" | { readonly notifyTopicArns: readonly string[] };

export interface Environment {
  /** Lower-case name; it is the stack's id, the gateways' stage and part of every physical name. */
  readonly name: string;
  /** The AWS account (twelve digits) that may be deployed to, and no other. */
  readonly account: string;
  readonly region: string;
  readonly cors: Cors;
  readonly logLevel: LogLevel;
  readonly logRetentionDays: LogRetentionDays;
  readonly firebaseProjectId: string;
  /** Whether the API serves its own documentation, at `/docs` and `/openapi.json`. */
  readonly apiDocs: boolean;
  /** Runtime of the zip functions; the API's image brings its own. */
  readonly runtime: Runtime;
  /** Of the API's image and of every zip function. */
  readonly architecture: Architecture;
  readonly api: FunctionSize;
  /** The WebSocket and broadcast functions. */
  readonly functions: FunctionSize;
  readonly throttle: { readonly websocket: Throttle; readonly http: Throttle };
  /** Continuous backups of the tables that hold what users wrote. */
  readonly pointInTimeRecovery: boolean;
  /** Refuses to delete those tables and the repository until it is switched off. */
  readonly deletionProtection: boolean;
  readonly alarms: Alarms;
  readonly tags: Readonly<Record<string, string>>;
}
