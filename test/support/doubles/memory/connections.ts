import type { ConnectionTally } from "../../../../domain/realtime/connection-count";
import {
  type ArrivalStore,
  CONNECTIONS_PER_USER,
  type ConnectionRow,
  type ConnectionStore,
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

/** @param pageSize the number of rows that a page is read from; expired rows among them are left out, as DynamoDB does */
export function memoryConnectionStore(
  pageSize = 100,
  tally = memoryConnectionTally(),
  connections: MemoryConnections = new Map(),
  tickets: MemoryTickets = new Map(),
): ConnectionStore & ArrivalStore {
  async function forget(connection: ConnectionRow | undefined): Promise<void> {
    if (!connection) return;
    connections.delete(connection.connectionId);
    await tally.closed(connection);
  }

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
    remove: (connectionId) => forget(connections.get(connectionId)),
    async removeIfMadeBefore(connectionId, time) {
      const connection = connections.get(connectionId);
      if (connection && connection.connectedAt < time) await forget(connection);
    },
    async *pages(now, signal) {
      const rows = [...connections.values()];
      for (let start = 0; start < rows.length; start += pageSize) {
        signal?.throwIfAborted();
        yield rows.slice(start, start + pageSize).filter(({ ttl }) => ttl > now);
      }
    },
  };
}
