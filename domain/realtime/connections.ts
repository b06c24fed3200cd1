import type { Topic } from "./topics";

/** An open WebSocket connection. */
export interface Connection {
  readonly connectionId: string;
  /** The time at which it was made, in epoch seconds. */
  readonly connectedAt: number;
}

/** A row of the connections table. */
export interface ConnectionRow extends Connection {
  /** The time from which on it is sent nothing, in epoch seconds. */
  readonly expiresAt: number;
  readonly topics: ReadonlySet<Topic>;
  /** The user whose ticket opened it; absent for whoever came without one. */
  readonly user_id?: string;
  /** A keyed hash of the address that it came from. It tells connections from one address without saying which. */
  readonly source?: string;
  /** The time from which on DynamoDB may remove the row, in epoch seconds. It takes days over it, so readers compare. */
  readonly ttl: number;
}

/**
 * The longest time that API Gateway keeps a connection open, in seconds
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
 */
export const CONNECTION_SECONDS = 2 * 60 * 60;

/**
 * The life of a connection's row, in seconds. Ten minutes more than the connection's allow for clocks and for a
 * connection that closes while it is being written to.
 */
export const LIFETIME_SECONDS = CONNECTION_SECONDS + 10 * 60;

/**
 * The most connections that a user has at once: some windows on some devices. It also bounds what one user can cost in
 * messages sent.
 */
export const CONNECTIONS_PER_USER = 20;

/** What became of a connection that asked to be remembered. */
type Admission = "admitted" | "no such ticket" | "too many connections";

export interface ArrivalStore {
  /**
   * Remembers a connection, subscribes it to its topics, takes its ticket away and counts it for its user: all of that
   * or nothing. API Gateway may announce a connection twice; that is once. If several take the same ticket, one gets it.
   *
   * @param ticket the hash of the ticket of the connection's user, which must not have ended
   * @param now epoch seconds
   */
  put(connection: ConnectionRow, ticket?: string, now?: number): Promise<Admission>;
}

/** Converts milliseconds since 1970 to epoch seconds. */
export const epochSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/**
 * Builds the row of a connection that is being made by nobody in particular, who listens to everything.
 *
 * @param now milliseconds since 1970
 */
export function newConnection(connectionId: string, now: number): ConnectionRow {
  const connectedAt = epochSeconds(now);
  return {
    connectionId,
    connectedAt,
    expiresAt: connectedAt + CONNECTION_SECONDS,
    topics: new Set<Topic>(["all"]),
    ttl: connectedAt + LIFETIME_SECONDS,
  };
}
