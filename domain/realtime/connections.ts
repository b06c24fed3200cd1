/** The open WebSocket connections. */

/** An open connection; when it was made is in epoch seconds. */
export interface Connection {
  readonly connectionId: string;
  readonly connectedAt: number;
}

/** A row of the connections table. */
export interface ConnectionRow extends Connection {
  /** When DynamoDB may remove the row, in epoch seconds. It takes days over it, so whoever reads must compare. */
  readonly ttl: number;
}

/**
 * Two hours is as long as API Gateway keeps a connection open
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html);
 * ten minutes more allow for clocks and for a connection that closes while it is being written to.
 */
const LIFETIME_SECONDS = (2 * 60 + 10) * 60;

export interface ConnectionStore {
  /** Remembers a connection. API Gateway may announce one twice; that is once. */
  put(connection: ConnectionRow): Promise<void>;
  /** Forgets a connection, known or not. */
  remove(connectionId: string, signal?: AbortSignal): Promise<void>;
  /** Forgets a connection if it was made before the given time (epoch seconds). */
  removeIfMadeBefore(connectionId: string, time: number, signal?: AbortSignal): Promise<void>;
  /**
   * Every connection whose time is not up at the given time (epoch seconds), page by page. A page may be empty.
   * Ends with an error when the signal aborts.
   */
  pages(now: number, signal?: AbortSignal): AsyncIterable<readonly Connection[]>;
  /** How many connections there are whose time is not up at the given time (epoch seconds). */
  count(now: number): Promise<number>;
}

export const epochSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

export function newConnection(connectionId: string, now: number): ConnectionRow {
  const connectedAt = epochSeconds(now);
  return { connectionId, connectedAt, ttl: connectedAt + LIFETIME_SECONDS };
}
