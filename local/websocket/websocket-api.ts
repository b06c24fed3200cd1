import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { splitTarget } from "../http/messages";
import type { Clock } from "../shared/clock";
import { gatewayId } from "../shared/identifiers";
import { isObject } from "../shared/json";
import { Throttle } from "../stage/throttle";
import { type Closing, Connection, GOING_AWAY, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, TOO_LARGE } from "./connection";
import { type ConnectionFacts, connectEvent, disconnectEvent, messageEvent, type WebSocketEvent } from "./events";
import { FrameWatch } from "./frames";
import { WebSocketRoutes, type WebSocketRoutesSettings } from "./websocket-routes";

/** How often, in milliseconds, connections are looked at that may have to end. */
const EXPIRE_EVERY = 5_000;
/** How long, in milliseconds, clients have to answer the closing handshake when the local cloud stops. */
const CLOSE_WITHIN = 500;

export interface WebSocketApiSettings extends WebSocketRoutesSettings {
  readonly clock: Clock;
}

/** A WebSocket API: handshakes, messages and the end of connections, each handled by the function of its route. */
export class WebSocketApi {
  private readonly connections = new Map<string, Connection>();
  private readonly routes: WebSocketRoutes;
  private readonly throttle: Throttle | undefined;
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private readonly server: WebSocketServer;
  private readonly disconnecting = new Set<Promise<void>>();
  private stopping = false;
  private readonly endExpiry: () => void;

  constructor(private readonly settings: WebSocketApiSettings) {
    const { definition, clock } = settings;
    this.routes = new WebSocketRoutes(settings);
    this.throttle = definition.stage.limits && new Throttle(definition.stage.limits, clock);
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_MESSAGE_BYTES,
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

  /** An open connection. */
  connection(id: string): Connection | undefined {
    const connection = this.connections.get(id);
    return connection?.open ? connection : undefined;
  }

  /** Answers a handshake. Until `$connect` has answered with 2xx there is no connection, and nobody can send to it. */
  async connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { definition, clock } = this.settings;
    socket.on("error", () => socket.destroy());
    const { path } = splitTarget(request.url ?? "/");
    if (!isHandshake(request)) return refuse(socket, 400);
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
    if (this.stopping) socket.destroy();
    if (socket.destroyed) return this.closed(facts, { status: 1006, reason: "" });
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const watch = new FrameWatch(MAX_FRAME_BYTES);
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
    this.stopping = true;
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
    if (this.throttle && !this.throttle.admits()) {
      this.routes.log("$connect", facts, event, 429);
      return 429;
    }
    const route = this.routes.get("$connect");
    if (!route) return undefined;
    const answer = await this.routes.call(route, facts, event);
    if ("error" in answer) return route.permitted ? 502 : 500;
    if (answer.status < 200 || answer.status > 299) return answer.status;
    const { headers } = answer.result;
    for (const [name, value] of Object.entries(isObject(headers) ? headers : {}))
      if (name.toLowerCase() === "sec-websocket-protocol") this.protocols.set(request, String(value));
    return undefined;
  }

  /** Messages of a connection are passed on in their order; as on AWS, their functions may run at the same time. */
  private async message(connection: Connection, message: Buffer | string): Promise<void> {
    const { facts } = connection;
    if (this.throttle && !this.throttle.admits()) return connection.sendError("Too Many Requests");
    const route = this.routes.select(message);
    if (!route) return connection.sendError("Forbidden");
    const event = messageEvent(facts, route.key, message, this.settings.clock.now());
    const answer = await this.routes.call(route, facts, event);
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
    const done = this.routes.call(route, facts, event).then(() => {
      this.disconnecting.delete(done);
    });
    this.disconnecting.add(done);
  }
}

/** Whether the `ws` library will accept it: an odd one must not reach the $connect function. See RFC 6455, section 4.2.1. */
function isHandshake({ method, headers }: IncomingMessage): boolean {
  const key = headers["sec-websocket-key"] ?? "";
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    headers["sec-websocket-version"] === "13" &&
    /^[+/0-9A-Za-z]{22}==$/.test(key)
  );
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
