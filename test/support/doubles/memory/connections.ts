import type { ConnectionTally } from "../../../../domain/realtime/connection-count";
import {
  type ArrivalStore,
  CONNECTIONS_PER_USER,
  type ConnectionRow,
  LIFETIME_SECONDS,
} from "../../../../domain/realtime/connections";
import type { MemoryTickets } from "./tickets";

export function memoryConnectionTally(): ConnectionTally {
  /** The times at which the open connections were made, by id. */
  const open = new Map<string, number>();
  return {
    async opened({ connectionId, connectedAt }) {
      open.set(connectionId, connectedAt);
    },
    async closed({ connectionId }) {
      open.delete(connectionId);
    },
    async count(now) {
      return [...open.values()].filter((connectedAt) => connectedAt + LIFETIME_SECONDS > now).length;
    },
  };
}

/** The connections' rows by id. The store of connections and that of subscriptions share them. */
export type MemoryConnections = Map<string, ConnectionRow>;

/** A store of connections that are let in, and whom the gateway tells of their end. */
export function memoryConnectionStore(
  tally = memoryConnectionTally(),
  connections: MemoryConnections = new Map(),
  tickets: MemoryTickets = new Map(),
): ArrivalStore & { remove(connectionId: string): Promise<void> } {
  return {
    async put(connection, ticket, now = connection.connectedAt) {
      const { connectionId, user_id } = connection;
      if (connections.has(connectionId)) return "admitted";
      if (ticket !== undefined && !((tickets.get(ticket)?.ttl ?? 0) > now)) return "no such ticket";
      const others = [...connections.values()].filter((one) => one.user_id === user_id && one.expiresAt > now);
      if (user_id !== undefined && others.length >= CONNECTIONS_PER_USER) return "too many connections";
      if (ticket !== undefined) tickets.delete(ticket);
      connections.set(connectionId, connection);
      await tally.opened(connection);
      return "admitted";
    },
    async remove(connectionId) {
      const connection = connections.get(connectionId);
      if (!connection) return;
      connections.delete(connectionId);
      await tally.closed(connection);
    },
  };
}
