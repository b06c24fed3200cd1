import type { FunctionDefinition, WebSocketApiDefinition, WebSocketRouteDefinition } from "../definition/model";
import { errorText, type InvocationResult } from "../lambda/worker";
import type { Clock } from "../shared/clock";
import { requestTime } from "../shared/identifiers";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import type { AccessLogContext } from "../stage/access-log";
import type { ConnectionFacts, WebSocketEvent } from "./events";
import { selectRoute } from "./route-selection";

export interface WebSocketRoutesSettings {
  readonly definition: WebSocketApiDefinition;
  readonly invoke: (target: FunctionDefinition, event: string) => Promise<InvocationResult>;
  readonly clock: Pick<Clock, "now">;
  readonly log: (line: string) => void;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** What a route's function answered; `error` says why there is no answer. */
export type RouteResult = { readonly status: number; readonly result: JsonObject } | { readonly error: string };

/** The routes of a WebSocket API: finds the one for an event, invokes its function and writes the access log. */
export class WebSocketRoutes {
  private readonly routes: ReadonlyMap<string, WebSocketRouteDefinition>;

  constructor(private readonly settings: WebSocketRoutesSettings) {
    this.routes = new Map(settings.definition.routes.map((route) => [route.key, route]));
  }

  get(key: "$connect" | "$disconnect"): WebSocketRouteDefinition | undefined {
    return this.routes.get(key);
  }

  /** The route of a message; undefined if there is none. Binary messages have no JSON to select by. */
  select(message: Buffer | string): WebSocketRouteDefinition | undefined {
    const { routeSelection } = this.settings.definition;
    const selected = typeof message === "string" ? selectRoute(message, routeSelection) : undefined;
    // What starts with a dollar sign is API Gateway's: a client cannot ask for $connect.
    const custom = selected === undefined || selected.startsWith("$") ? undefined : this.routes.get(selected);
    return custom ?? this.routes.get("$default");
  }

  async call(route: WebSocketRouteDefinition, facts: ConnectionFacts, event: WebSocketEvent): Promise<RouteResult> {
    const { clock, hint, invoke } = this.settings;
    const started = clock.now();
    const answer = route.permitted ? answerOf(await invoke(route.function, event.json)) : NOT_PERMITTED;
    if (answer === NOT_PERMITTED)
      hint(`${route.key} fails: ${route.function.name} does not permit this API to invoke it.`);
    const [status, error] = "error" in answer ? [500, answer.error] : [answer.status, undefined];
    this.log(route.key, facts, event, status, clock.now() - started, error);
    return answer;
  }

  /** Writes a line of the access log. */
  log(
    routeKey: string,
    facts: ConnectionFacts,
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
      connectionId: facts.connectionId,
      connectedAt: facts.connectedAt,
      apiId: facts.apiId,
      stage: facts.stage,
      domainName: facts.domainName,
      messageId: event.messageId,
      "identity.sourceIp": facts.sourceIp,
      "identity.userAgent": facts.userAgent,
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

function answerOf(answer: InvocationResult): RouteResult {
  if (!answer.ok) return { error: errorText(answer) };
  const result = parseJson(answer.json);
  if (!isObject(result)) return { error: "The function's answer is malformed." };
  const status = Number(result.statusCode);
  const valid = Number.isInteger(status) && status >= 200 && status <= 599;
  return valid ? { status, result } : { error: "The function's answer has no valid statusCode." };
}
