import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Clock } from "./clock";
import type { FunctionDefinition, WebSocketApiDefinition, WebSocketRouteDefinition } from "./definition/model";
import { splitTarget } from "./http-messages";
import { gatewayId, requestTime } from "./identifiers";
import type { Answer } from "./instances";
import { isObject, type JsonObject, parseJson } from "./json";
import { selectRoute } from "./route-selection";
import { Throttle } from "./throttle";
import {
  type Closing,
  Connection,
  GOING_AWAY,
  MOST_FRAME_BYTES,
  MOST_MESSAGE_BYTES,
  TOO_LARGE,
} from "./websocket-connection";
import {
  type ConnectionFacts,
  connectEvent,
  disconnectEvent,
  messageEvent,
  type WebSocketEvent,
} from "./websocket-events";
import { FrameWatch } from "./websocket-frames";

/** How often, in milliseconds, connections are looked at that may have to end. */
const EXPIRE_EVERY = 5_000;
/** How long, in milliseconds, clients have to answer the closing handshake when the local cloud stops. */
const CLOSE_WITHIN = 500;

export interface WebSocketGatewaySettings {
  readonly definition: WebSocketApiDefinition;
  readonly invoke: (target: FunctionDefinition, event: string) => Promise<Answer>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** What a route's function answered; `error` says why there is no answer. */
type RouteAnswer = { readonly status: number; readonly result: JsonObject } | { readonly error: string };

/** A WebSocket API: handshakes, messages and the end of connections, each handled by the function of its route. */
export class WebSocketGateway {
  private readonly connections = new Map<string, Connection>();
  private readonly routes: ReadonlyMap<string, WebSocketRouteDefinition>;
  private readonly throttle: Throttle | undefined;
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private readonly server: WebSocketServer;
  private readonly disconnecting = new Set<Promise<void>>();
  private readonly endExpiry: () => void;

  constructor(private readonly settings: WebSocketGatewaySettings) {
    const { definition, clock } = settings;
    this.routes = new Map(definition.routes.map((route) => [route.key, route]));
    this.throttle = definition.stage.limits && new Throttle(definition.stage.limits, clock);
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MOST_MESSAGE_BYTES,
      // API Gateway chooses a protocol only if the $connect function named one.
      handleProtocols: (_, request) => this.protocols.get(request) ?? false,
    });
    this.endExpiry = clock.every(EXPIRE_EVERY, () => {
      const now = clock.now();
      for (const connection of this.connections.values()) connection.expire(now);
    });
  }

  get size(): number {
    return this.connections.size;
  }

  connection(id: string): Connection | undefined {
    return this.connections.get(id);
  }

  /** Answers a handshake. Until `$connect` has answered with 2xx there is no connection, and nobody can send to it. */
  async connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { definition, clock } = this.settings;
    socket.on("error", () => socket.destroy());
    const { path } = splitTarget(request.url ?? "/");
    if (request.headers.upgrade?.toLowerCase() !== "websocket") return refuse(socket, 426);
    // Without the stage is for convenience: ws://localhost:3001 is what people type.
    if (path !== "/" && path.replace(/\/$/, "") !== `/${definition.stage.name}`) return refuse(socket, 403);
    const now = clock.now();
    const { host = "", "user-agent": userAgent } = request.headers;
    const facts: ConnectionFacts = {
      connectionId: gatewayId(),
      connectedAt: now,
      apiId: definition.id,
      stage: definition.stage.name,
      domainName: host,
      sourceIp: request.socket.remoteAddress ?? "",
      userAgent,
    };
    const event = connectEvent(facts, request, now);
    const refusal = await this.handshake(facts, event, request);
    if (refusal !== undefined) return refuse(socket, refusal);
    if (socket.destroyed) return this.closed(facts, { status: 1006, reason: "" });
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const watch = new FrameWatch(MOST_FRAME_BYTES);
      const connection: Connection = new Connection(facts, webSocket, clock, {
        message: (message) => void this.message(connection, message),
        closed: (closing) => this.closed(facts, closing),
      });
      this.connections.set(facts.connectionId, connection);
      const inspect = (bytes: Buffer) => {
        if (!watch.accepts(bytes)) connection.close(TOO_LARGE, "Frame larger than 32 KB");
      };
      inspect(head);
      socket.prependListener("data", inspect);
    });
  }

  /** Closes every connection, as when a stage goes away, and waits for the `$disconnect` functions. */
  async stop(): Promise<void> {
    this.endExpiry();
    const cancel = this.settings.clock.after(CLOSE_WITHIN, () => {
      for (const connection of this.connections.values()) connection.terminate();
    });
    const open = [...this.connections.values()];
    for (const connection of open) connection.close(GOING_AWAY, "Going away");
    await Promise.all(open.map(({ ended }) => ended));
    cancel();
    await Promise.all(this.disconnecting);
  }

  /** The status that refuses the handshake; undefined if the connection may be established. */
  private async handshake(facts: ConnectionFacts, event: WebSocketEvent, request: IncomingMessage) {
    const route = this.routes.get("$connect");
    if (this.throttle && !this.throttle.admits()) {
      this.log(facts, event, "CONNECT", "$connect", { status: 429 });
      return 429;
    }
    if (!route) return undefined;
    const answer = await this.call(route, facts, event, "CONNECT");
    if ("error" in answer) return route.permitted ? 502 : 500;
    if (answer.status < 200 || answer.status > 299) return answer.status;
    const { headers } = answer.result;
    for (const [name, value] of Object.entries(isObject(headers) ? headers : {}))
      if (name.toLowerCase() === "sec-websocket-protocol") this.protocols.set(request, String(value));
    return undefined;
  }

  /** Messages of a connection are passed on in their order; as on AWS, their functions may run at the same time. */
  private async message(connection: Connection, message: Buffer | string): Promise<void> {
    const { definition, clock } = this.settings;
    const { facts } = connection;
    if (this.throttle && !this.throttle.admits()) return connection.sendError("Too Many Requests");
    const selected = typeof message === "string" ? selectRoute(message, definition.routeSelection) : undefined;
    // What starts with a dollar sign is API Gateway's: a client cannot ask for $connect.
    const custom = selected?.startsWith("$") ? undefined : this.routes.get(selected ?? "");
    const route = custom ?? this.routes.get("$default");
    if (!route) return connection.sendError("Forbidden");
    const event = messageEvent(facts, route.key, gatewayId(), message, clock.now());
    const answer = await this.call(route, facts, event, "MESSAGE");
    if ("error" in answer) return connection.sendError("Internal server error", event.requestId);
    const { body, isBase64Encoded } = answer.result;
    if (!route.responds || typeof body !== "string") return;
    if (isBase64Encoded === true) connection.send(Buffer.from(body, "base64"), true);
    else connection.send(body);
  }

  private closed(facts: ConnectionFacts, { status, reason }: Closing): void {
    this.connections.delete(facts.connectionId);
    const route = this.routes.get("$disconnect");
    if (!route) return;
    const event = disconnectEvent(facts, status, reason, this.settings.clock.now());
    const done = this.call(route, facts, event, "DISCONNECT").then(() => {
      this.disconnecting.delete(done);
    });
    this.disconnecting.add(done);
  }

  private async call(
    route: WebSocketRouteDefinition,
    facts: ConnectionFacts,
    event: WebSocketEvent,
    eventType: string,
  ): Promise<RouteAnswer> {
    const { clock, hint, invoke } = this.settings;
    const started = clock.now();
    const answer = route.permitted ? answerOf(await invoke(route.function, event.json)) : { error: "Not permitted." };
    if (!route.permitted) hint(`${route.key} fails: ${route.function.name} does not permit this API to invoke it.`);
    const latency = clock.now() - started;
    this.log(facts, event, eventType, route.key, {
      "integration.latency": latency,
      integrationLatency: latency,
      ...("error" in answer
        ? { status: 500, "integration.error": answer.error }
        : { status: answer.status, "integration.status": answer.status }),
    });
    return answer;
  }

  private log(
    facts: ConnectionFacts,
    { requestId }: WebSocketEvent,
    eventType: string,
    routeKey: string,
    outcome: Readonly<Record<string, string | number>>,
  ): void {
    const { definition, clock, log } = this.settings;
    const { accessLog } = definition.stage;
    if (!accessLog) return;
    const now = clock.now();
    const { connectionId, connectedAt, apiId, stage, domainName, sourceIp, userAgent } = facts;
    log(
      accessLog.format({
        ...{ requestId, extendedRequestId: requestId, eventType, routeKey },
        ...{ connectionId, connectedAt, apiId, stage, domainName },
        ...{ "identity.sourceIp": sourceIp, "identity.userAgent": userAgent },
        ...{ requestTime: requestTime(now), requestTimeEpoch: now },
        ...outcome,
      }),
    );
  }
}

function answerOf({ ok, json }: Answer): RouteAnswer {
  const result = ok ? parseJson(json) : undefined;
  if (!isObject(result)) return { error: ok ? "The function's answer is malformed." : json };
  const status = Number(result.statusCode);
  return Number.isInteger(status) ? { status, result } : { error: "The function's answer has no statusCode." };
}

/** Refuses a handshake, in HTTP. */
function refuse(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? "";
  const body = JSON.stringify({ message: reason });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
