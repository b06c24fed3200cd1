import type { RawData, WebSocket } from "ws";
import type { Clock } from "../shared/clock";
import { codeOf } from "../shared/errors";
import { gatewayId } from "../shared/identifiers";
import { type ConnectionInfo, errorBody } from "./events";

// Quotas: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
export const MAX_MESSAGE_BYTES = 128 * 1024;
export const MAX_FRAME_BYTES = 32 * 1024;
/** The longest that a connection may be idle, in milliseconds. */
export const IDLE_TIMEOUT = 10 * 60 * 1000;
/** The longest that a connection may last, in milliseconds. */
export const MAX_LIFETIME = 2 * 60 * 60 * 1000;
/** The unsent bytes after which a client counts as too slow. AWS does not say how many. */
export const MAX_UNSENT_BYTES = 1024 * 1024;

// Close codes; see RFC 6455, section 7.4.1.
export const GOING_AWAY = 1001;
const PROTOCOL_ERROR = 1002;
const UNSUPPORTED_DATA = 1003;
const NO_STATUS = 1005;
export const TOO_LARGE = 1009;
/** The close codes that ws sends for a client's faults, by the codes of its errors; for all others it is 1002. */
const FAULTS = new Map([
  ["WS_ERR_INVALID_UTF8", 1007],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", 1008],
  ["WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", TOO_LARGE],
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", TOO_LARGE],
]);

/** The end of a connection, as its `$disconnect` event tells it. */
export interface Closing {
  readonly status: number;
  readonly reason: string;
}

export interface ConnectionEvents {
  message(message: string): void;
  closed(closing: Closing): void;
}

/** An established WebSocket connection. */
export class Connection {
  lastActiveAt: number;
  /** Resolves when the connection is closed on both sides. */
  readonly ended: Promise<void>;
  private closing: Closing | undefined;

  constructor(
    readonly info: ConnectionInfo,
    private readonly socket: WebSocket,
    private readonly clock: Pick<Clock, "now">,
    events: ConnectionEvents,
  ) {
    this.lastActiveAt = clock.now();
    const touch = () => {
      this.lastActiveAt = clock.now();
    };
    socket.on("message", (data: RawData, binary) => {
      touch();
      if (this.closing || !Buffer.isBuffer(data)) return;
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
      if (binary) this.close(UNSUPPORTED_DATA, "Binary frames are not supported");
      else events.message(data.toString());
    });
    socket.on("ping", touch);
    socket.on("pong", touch);
    // ws itself closes the connection after a message or frame against the protocol, with the code that says which.
    socket.on("error", (error) => {
      this.closing ??= { status: FAULTS.get(codeOf(error) ?? "") ?? PROTOCOL_ERROR, reason: error.message };
    });
    this.ended = new Promise((resolve) => {
      socket.on("close", (status, text) => {
        const reason = status === NO_STATUS ? "Client-side close frame status not set" : text.toString();
        events.closed(this.closing ?? { status, reason });
        resolve();
      });
    });
  }

  /** True as long as messages reach the client, which is until either side starts to close. */
  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Sends a message to the client, as text or as bytes. Returns false if the client has too much unread already. */
  send(message: Buffer | string, binary = false): boolean {
    if (this.socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
    this.lastActiveAt = this.clock.now();
    this.socket.send(message, { binary });
    return true;
  }

  /** Tells the client that its message could not be handled. */
  sendError(message: string, requestId = gatewayId()): void {
    this.send(errorBody(message, this.info.connectionId, requestId));
  }

  /** Starts to close the connection. The first status and reason are the ones that `$disconnect` is told. */
  close(status: number, reason: string): void {
    this.closing ??= { status, reason };
    this.socket.close(status, reason);
  }

  /** Ends the connection without the closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  /** Closes the connection if it has been idle or established for too long at `now`, in epoch milliseconds. */
  expire(now: number): void {
    if (now - this.lastActiveAt >= IDLE_TIMEOUT || now - this.info.connectedAt >= MAX_LIFETIME)
      this.close(GOING_AWAY, "Going away");
  }
}
