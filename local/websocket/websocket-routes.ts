import type { FunctionDefinition, WebSocketApiDefinition, WebSocketRouteDefinition } from "../definition/model";
import { errorText, type InvocationResult } from "../lambda/invocation";
import type { Clock } from "../shared/clock";
import { requestTime } from "../shared/identifiers";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import type { AccessLogContext } from "../stage/access-log";
import type { ConnectionInfo, WebSocketEvent } from "./events";
import { selectRoute } from "./route-selection";

export interface WebSocketRoutesSettings {
  readonly definition: WebSocketApiDefinition;
  readonly invoke: (target: FunctionDefinition, event: string) => Promise<InvocationResult>;
  readonly clock: Pick<Clock, "now">;
  /** Takes the lines of the access log. */
  readonly log: (line: string) => void;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** The answer of a route's function, or the reason why there is none. */
export type RouteResult = { readonly status: number; readonly result: JsonObject } | { readonly error: string };

/** The routes of a WebSocket API: finds the one for an event, invokes its function and writes the access log. */
export class WebSocketRoutes {
  private readonly routes: ReadonlyMap<string, WebSocketRouteDefinition>;

  constructor(private readonly settings: WebSocketRoutesSettings) {
    this.routes = new Map(settings.definition.routes.map((route) => [route.key, route]));
  }

  /** Returns one of the two routes of a connection's life, if the API has it. */
  get(key: "$connect" | "$disconnect"): WebSocketRouteDefinition | undefined {
    return this.routes.get(key);
  }

  /** Returns the route of a message, or undefined if there is none. */
  select(message: string): WebSocketRouteDefinition | undefined {
    const selected = selectRoute(message, this.settings.definition.routeSelection);
    // A client cannot ask for $connect: keys that start with a dollar sign are API Gateway's own.
    const custom = selected === undefined || selected.startsWith("$") ? undefined : this.routes.get(selected);
    return custom ?? this.routes.get("$default");
  }

  /** Invokes the function of a route and writes the line of the access log. */
  async call(route: WebSocketRouteDefinition, info: ConnectionInfo, event: WebSocketEvent): Promise<RouteResult> {
    const { clock, hint, invoke } = this.settings;
    const started = clock.now();
    const result = route.permitted() ? routeResult(await invoke(route.function, event.json)) : NOT_PERMITTED;
    if (result === NOT_PERMITTED)
      hint(`${route.key} fails: ${route.function.name} does not permit this API to invoke it.`);
    const [status, error] = "error" in result ? [500, result.error] : [result.status, undefined];
    this.log(route.key, info, event, status, clock.now() - started, error);
    return result;
  }

  /** Writes a line of the access log. `latency` is in milliseconds. */
  log(
    routeKey: string,
    info: ConnectionInfo,
    event: WebSocketEvent,
    status: number,
    latency?: number,
    error?: string,
  ): void {
    const { accessLog } = this.settings.definition.stage;
    if (!accessLog) return;
    const now = this.settings.clock.now();
    const context: AccessLogContext = {
      requestId: event.requestId,
      extendedRequestId: event.requestId,
      eventType: event.type,
      routeKey,
      connectionId: info.connectionId,
      connectedAt: info.connectedAt,
      apiId: info.apiId,
      stage: info.stage,
      domainName: info.domainName,
      messageId: event.messageId,
      "identity.sourceIp": info.sourceIp,
      "identity.userAgent": info.userAgent,
      requestTime: requestTime(now),
      requestTimeEpoch: now,
      status,
      "integration.status": status,
      "integration.latency": latency,
      integrationLatency: latency,
      "integration.error": error,
    };
    this.settings.log(accessLog.format(context));
  }
}

const NOT_PERMITTED: RouteResult = { error: "API Gateway may not invoke the function." };

function routeResult(invocation: InvocationResult): RouteResult {
  if (!invocation.ok) return { error: errorText(invocation) };
  const result = parseJson(invocation.json);
  if (!isObject(result)) return { error: "The function's answer is malformed." };
  const status = Number(result.statusCode);
  const valid = Number.isInteger(status) && status >= 200 && status <= 599;
  return valid ? { status, result } : { error: "The function's answer has no valid statusCode." };
}
