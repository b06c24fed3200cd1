import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { splitTarget } from "../http/messages";
import type { Clock } from "../shared/clock";
import { messageOf } from "../shared/errors";
import { gatewayId } from "../shared/identifiers";
import { isObject } from "../shared/json";
import { Throttles } from "../stage/throttles";
import { type Closing, Connection, GOING_AWAY, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, TOO_LARGE } from "./connection";
import {
  type ConnectionInfo,
  connectEvent,
  disconnectEvent,
  errorBody,
  messageEvent,
  type WebSocketEvent,
} from "./events";
import { FrameWatch } from "./frame-watch";
import { isHandshake, refuseHandshake } from "./handshake";
import { WebSocketRoutes, type WebSocketRoutesSettings } from "./websocket-routes";

/** The milliseconds between two looks for connections that have to end. */
const EXPIRE_EVERY = 5_000;
/** The milliseconds that clients have to answer the closing handshake when the local cloud stops. */
const CLOSE_WITHIN = 500;

export interface WebSocketApiSettings extends WebSocketRoutesSettings {
  readonly clock: Clock;
}

/** Serves a WebSocket API: the function of the route handles each handshake, message and end of a connection. */
export class WebSocketApi {
  private readonly connections = new Map<string, Connection>();
  private readonly routes: WebSocketRoutes;
  private readonly throttles: Throttles;
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private readonly server: WebSocketServer;
  private readonly disconnecting = new Set<Promise<void>>();
  private stopping = false;
  private readonly endExpiry: () => void;

  constructor(private readonly settings: WebSocketApiSettings) {
    const { definition, clock } = settings;
    this.routes = new WebSocketRoutes(settings);
    this.throttles = new Throttles(definition.stage, clock);
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

  /** The number of established connections. */
  get size(): number {
    return this.connections.size;
  }

  /** Returns an open connection by its id. */
  connection(id: string): Connection | undefined {
    const connection = this.connections.get(id);
    return connection?.open ? connection : undefined;
  }

  /** Answers a handshake. Until `$connect` has answered with 2xx there is no connection, and nobody can send to it. */
  async connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { definition, clock } = this.settings;
    socket.on("error", () => socket.destroy());
    const { path } = splitTarget(request.url ?? "/");
    const now = clock.now();
    const { host = "", "user-agent": userAgent } = request.headers;
    const info: ConnectionInfo = {
      connectionId: gatewayId(),
      connectedAt: now,
      apiId: definition.id,
      stage: definition.stage.name,
      domainName: host,
      sourceIp: request.socket.remoteAddress ?? "",
      userAgent,
    };
    const event = connectEvent(info, request, now);
    const refuse = (status: number, message = STATUS_CODES[status] ?? "") =>
      refuseHandshake(socket, status, errorBody(message, info.connectionId, event.requestId));
    if (!isHandshake(request)) return refuse(400);
    // The path may lack the stage, because ws://localhost:3001 is what people type.
    if (path !== "/" && path.replace(/\/$/, "") !== `/${definition.stage.name}`) return refuse(403);
    const status = await this.handshake(info, event, request);
    // API Gateway calls every failure of a function, or of its own, by this name.
    if (status !== undefined) return refuse(status, status >= 500 ? "Internal server error" : undefined);
    if (this.stopping) socket.destroy();
    if (socket.destroyed) return this.closed(info, { status: 1006, reason: "" });
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const watch = new FrameWatch(MAX_FRAME_BYTES);
      const connection: Connection = new Connection(info, webSocket, clock, {
        message: (message) =>
          this.message(connection, message).catch((error: unknown) => this.failed(connection, error)),
        closed: (closing) => this.closed(info, closing),
      });
      this.connections.set(info.connectionId, connection);
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

  /** Asks throttle and `$connect`. Returns the status to refuse the handshake with, or undefined to establish it. */
  private async handshake(info: ConnectionInfo, event: WebSocketEvent, request: IncomingMessage) {
    if (!this.throttles.admits("$connect")) {
      this.routes.log("$connect", info, event, 429);
      return 429;
    }
    const route = this.routes.get("$connect");
    if (!route) return undefined;
    const answer = await this.routes.call(route, info, event);
    if ("error" in answer) return route.permitted() ? 502 : 500;
    if (answer.status < 200 || answer.status > 299) return answer.status;
    const { headers } = answer.result;
    for (const [name, value] of Object.entries(isObject(headers) ? headers : {}))
      if (name.toLowerCase() === "sec-websocket-protocol") this.protocols.set(request, String(value));
    return undefined;
  }

  /** Passes the messages of a connection on in their order. As on AWS, their functions may run at the same time. */
  private async message(connection: Connection, message: string): Promise<void> {
    const { info } = connection;
    const route = this.routes.select(message);
    if (!this.throttles.admits(route?.key ?? "")) return connection.sendError("Too Many Requests");
    if (!route) return connection.sendError("Forbidden");
    const event = messageEvent(info, route.key, message, this.settings.clock.now());
    const answer = await this.routes.call(route, info, event);
    if ("error" in answer) return connection.sendError("Internal server error", event.requestId);
    const { body, isBase64Encoded } = answer.result;
    if (!route.responds || typeof body !== "string") return;
    const binary = isBase64Encoded === true;
    const response = Buffer.from(body, binary ? "base64" : "utf8");
    if (response.length <= MAX_MESSAGE_BYTES) connection.send(response, binary);
    else this.settings.hint(`The response of ${route.key} is not sent: it is larger than 128 KB.`);
  }

  /** Answers a message that met a fault of the local cloud, which goes on. */
  private failed(connection: Connection, error: unknown): void {
    this.settings.hint(`A message failed: ${messageOf(error)}`);
    connection.sendError("Internal server error");
  }

  private closed(info: ConnectionInfo, { status, reason }: Closing): void {
    this.connections.delete(info.connectionId);
    const route = this.routes.get("$disconnect");
    if (!route) return;
    const event = disconnectEvent(info, status, reason, this.settings.clock.now());
    const done = this.routes.call(route, info, event).then(() => {
      this.disconnecting.delete(done);
    });
    this.disconnecting.add(done);
  }
}
