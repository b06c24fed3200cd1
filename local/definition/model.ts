import type { Grant, Policy } from "../iam/policy";
import type { JsonObject } from "../shared/json";
import type { AccessLogFormat } from "../stage/access-log";
import type { ThrottleLimits } from "../stage/throttle";

export interface FunctionDefinition {
  /** The physical name, such as `blogapp-development-websocket-connect`. */
  readonly name: string;
  /** The name of the bundle, such as `websocket-connect`. The image function's is `api`. */
  readonly bundle: string;
  readonly packageType: "Zip" | "Image";
  readonly arn: string;
  readonly runtime: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly roleName: string;
  readonly policy: Policy;
  /** The grants of its policy, and of the permissions that let others invoke it. */
  readonly grants: readonly Grant[];
  readonly logGroup: string;
  /** Returns whether its role may write to its log group and the group exists. Otherwise its logs are lost, as on AWS. */
  readonly mayWriteLogs: () => boolean;
}

export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  readonly key: KeySchema;
  /** The types (S, N or B) of the attributes that keys consist of. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly indexes: readonly IndexDefinition[];
  /** The attribute with the time at which an item expires, in epoch seconds. */
  readonly timeToLive: string | undefined;
  /** The images that the records of its change stream hold; undefined if it has no stream. */
  readonly stream: StreamViewType | undefined;
}

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

export interface KeySchema {
  readonly hash: string;
  readonly range: string | undefined;
}

export interface IndexDefinition {
  readonly name: string;
  readonly key: KeySchema;
  readonly projection: "ALL" | "KEYS_ONLY" | "INCLUDE";
  readonly nonKeyAttributes: readonly string[];
}

export interface QueueDefinition {
  readonly name: string;
  readonly arn: string;
  /** The URL that it would have on AWS. */
  readonly url: string;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly waitSeconds: number;
  readonly maxBytes: number;
  /** The queue that a message goes to after it was handed out so often. */
  readonly deadLetters: { readonly arn: string; readonly after: number } | undefined;
}

/** What calls a function with the records of a table's stream or with the messages of a queue. */
export type EventSourceDefinition = StreamSourceDefinition | QueueSourceDefinition;

interface SourceDefinition {
  /** The resource's address, for hints. */
  readonly address: string;
  readonly function: FunctionDefinition;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** The patterns of which an event has to match one; none lets all through. */
  readonly patterns: readonly JsonObject[];
  /** True if the function says which of a batch failed. */
  readonly reportsFailures: boolean;
}

export interface StreamSourceDefinition extends SourceDefinition {
  readonly kind: "stream";
  readonly table: string;
  readonly start: "TRIM_HORIZON" | "LATEST";
  readonly bisects: boolean;
  /** Undefined repeats until the record is too old. */
  readonly retries: number | undefined;
  /** Undefined for as long as the stream keeps a record. */
  readonly maximumAgeSeconds: number | undefined;
  /** The ARN of the queue that is told of what was given up. */
  readonly onFailure: string | undefined;
}

export interface QueueSourceDefinition extends SourceDefinition {
  readonly kind: "queue";
  readonly queue: QueueDefinition;
  /** The calls at once. */
  readonly concurrency: number;
}

export interface ScheduleDefinition {
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
  readonly function: FunctionDefinition;
  /** The function's event, as JSON. */
  readonly input: string;
  readonly roleName: string;
  /** What the schedule's role may do. */
  readonly policy: Policy;
  /** The ARN of the queue that is told of calls that did not arrive. */
  readonly deadLetters: string | undefined;
  /** How often a call that the function failed on is repeated, for how long, and which queue is told then. */
  readonly failures: AsyncFailures;
}

/** What becomes of calls that nobody waits for; see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export interface AsyncFailures {
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  readonly onFailure: string | undefined;
}

/** The cross-origin rules of a Function URL or an HTTP API. */
export interface CorsRules {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly credentials: boolean;
  /** The seconds for which a browser may remember a preflight. */
  readonly maxAge: number | undefined;
}

export interface FunctionUrlDefinition {
  readonly id: string;
  readonly function: FunctionDefinition;
  readonly cors: CorsRules | undefined;
  /** Returns whether the function's permissions let everybody call the URL. */
  readonly permitted: () => boolean;
}

interface ApiDefinition {
  readonly id: string;
  readonly executionArn: string;
  readonly stage: StageDefinition;
}

export interface StageDefinition {
  readonly name: string;
  readonly limits: ThrottleLimits | undefined;
  /** The throttles of routes that have their own, by the routes' keys. */
  readonly routeLimits: Readonly<Record<string, ThrottleLimits>>;
  readonly accessLog: { readonly logGroup: string; readonly format: AccessLogFormat } | undefined;
}

interface RouteDefinition {
  /** The route key, such as `POST /broadcast/comments` or `$connect`. */
  readonly key: string;
  readonly function: FunctionDefinition;
  /** Returns whether the function's permissions let API Gateway invoke it for this route. */
  readonly permitted: () => boolean;
}

export interface HttpApiDefinition extends ApiDefinition {
  readonly cors: CorsRules | undefined;
  readonly routes: readonly HttpRouteDefinition[];
}

export interface HttpRouteDefinition extends RouteDefinition {
  readonly method: string;
  readonly path: string;
  readonly authorization: "NONE" | "AWS_IAM";
}

export interface WebSocketApiDefinition extends ApiDefinition {
  /** The path to the route key in a JSON message: `["action"]` for `$request.body.action`. */
  readonly routeSelection: readonly string[];
  readonly routes: readonly WebSocketRouteDefinition[];
}

export interface WebSocketRouteDefinition extends RouteDefinition {
  /** True if the function's answer is sent back to the client. */
  readonly responds: boolean;
}
