import type { AccessLogFormat } from "../access-log";
import type { CorsRules } from "../cors";
import type { Policy } from "../policy";
import type { ThrottleLimits } from "../throttle";
import type { Place } from "./terraform";

/** What the local cloud starts: everything in the definition that has a meaning on one machine. */
export interface Definition {
  readonly place: Place;
  readonly counts: { readonly emulated: number; readonly cloudOnly: number };
  readonly functions: readonly FunctionDefinition[];
  readonly tables: readonly TableDefinition[];
  /** The ARNs of the KMS keys that make MACs. */
  readonly kmsKeys: readonly string[];
  readonly functionUrl: FunctionUrlDefinition | undefined;
  readonly httpApi: HttpApiDefinition | undefined;
  readonly webSocketApi: WebSocketApiDefinition | undefined;
}

export interface FunctionDefinition {
  /** Physical name, such as `blogapp-development-websocket-connect`. */
  readonly name: string;
  /** The bundle it runs, such as `connect`; the one image function runs `api`. */
  readonly bundle: string;
  readonly packageType: "Zip" | "Image";
  readonly arn: string;
  readonly runtime: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly roleName: string;
  readonly policy: Policy;
  readonly logGroup: string;
  /** Whether its role may write to its log group, and the group exists: otherwise its logs are lost, as on AWS. */
  readonly logs: boolean;
}

export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  readonly key: Key;
  /** The types (S, N or B) of the attributes that keys are made of. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly indexes: readonly IndexDefinition[];
  /** The attribute that holds, in epoch seconds, when an item expires. */
  readonly timeToLive: string | undefined;
  /** What the records of its change stream show of an item; undefined if it has none. */
  readonly stream: StreamViewType | undefined;
}

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

export interface Key {
  readonly hash: string;
  readonly range: string | undefined;
}

export interface IndexDefinition {
  readonly name: string;
  readonly key: Key;
  readonly projection: "ALL" | "KEYS_ONLY" | "INCLUDE";
  readonly nonKeyAttributes: readonly string[];
}

export interface FunctionUrlDefinition {
  readonly id: string;
  readonly function: FunctionDefinition;
  readonly cors: CorsRules | undefined;
  /** Whether the function's permissions let everybody call the URL. */
  readonly permitted: boolean;
}

interface ApiDefinition {
  readonly id: string;
  readonly executionArn: string;
  readonly stage: StageDefinition;
}

export interface StageDefinition {
  readonly name: string;
  readonly limits: ThrottleLimits | undefined;
  readonly accessLog: { readonly logGroup: string; readonly format: AccessLogFormat } | undefined;
}

interface RouteDefinition {
  /** Such as `POST /broadcast/comments` or `$connect`. */
  readonly key: string;
  readonly function: FunctionDefinition;
  /** Whether the function's permissions let API Gateway invoke it for this route. */
  readonly permitted: boolean;
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
  /** Where in a JSON message the route key is: `["action"]` for `$request.body.action`. */
  readonly routeSelection: readonly string[];
  readonly routes: readonly WebSocketRouteDefinition[];
}

export interface WebSocketRouteDefinition extends RouteDefinition {
  /** Whether what the function answers is sent back to the client. */
  readonly responds: boolean;
}
