import type { RawData, WebSocket } from "ws";
import type { Clock } from "../shared/clock";
import { gatewayId } from "../shared/identifiers";
import type { ConnectionFacts } from "./events";

/** Quotas: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
export const MAX_MESSAGE_BYTES = 128 * 1024;
export const MAX_FRAME_BYTES = 32 * 1024;
const LONGEST_IDLE = 10 * 60 * 1000;
const LONGEST_LIFE = 2 * 60 * 60 * 1000;
/** Unsent bytes after which a client counts as too slow. AWS does not say how many. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** Close codes; see RFC 6455, section 7.4.1. */
export const GOING_AWAY = 1001;
export const TOO_LARGE = 1009;
const NO_STATUS = 1005;

/** The end of a connection, as its `$disconnect` event tells it. */
export interface Closing {
  readonly status: number;
  readonly reason: string;
}

export interface ConnectionEvents {
  message(message: Buffer | string): void;
  closed(closing: Closing): void;
}

/** An established WebSocket connection. */
export class Connection {
  lastActiveAt: number;
  /** Resolves when the connection is no more. */
  readonly ended: Promise<void>;
  private closing: Closing | undefined;

  constructor(
    readonly facts: ConnectionFacts,
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
      events.message(binary ? data : data.toString());
    });
    socket.on("ping", touch);
    socket.on("pong", touch);
    // A message or frame against the protocol; ws itself closes the connection with the code that says which.
    socket.on("error", (error) => {
      this.closing ??= {
        status: "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" ? TOO_LARGE : 1002,
        reason: error.message,
      };
    });
    this.ended = new Promise((resolve) => {
      socket.on("close", (status, text) => {
        const reason = status === NO_STATUS ? "Client-side close frame status not set" : text.toString();
        events.closed(this.closing ?? { status, reason });
        resolve();
      });
    });
  }

  /** Whether messages still reach the client: not once either side has said goodbye. */
  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Sends a message to the client; false if it has too much unread already. Text is sent as text, bytes as they are. */
  send(message: Buffer | string, binary = false): boolean {
    if (this.socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
    this.lastActiveAt = this.clock.now();
    this.socket.send(message, { binary });
    return true;
  }

  /** Tells the client that its message could not be handled. */
  sendError(message: string, requestId = gatewayId()): void {
    this.send(JSON.stringify({ message, connectionId: this.facts.connectionId, requestId }));
  }

  close(status: number, reason: string): void {
    this.closing ??= { status, reason };
    this.socket.close(status, reason);
  }

  /** Ends the connection without the closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  /** Closes the connection if it was idle, or was there, for too long. */
  expire(now: number): void {
    if (now - this.lastActiveAt >= LONGEST_IDLE || now - this.facts.connectedAt >= LONGEST_LIFE)
      this.close(GOING_AWAY, "Going away");
  }
}
