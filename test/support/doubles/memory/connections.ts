import type { ConnectionRow, ConnectionStore } from "../../../../domain/realtime/connections";

/** @param pageSize the number of rows that a page is read from; expired rows among them are left out, as DynamoDB does */
export function memoryConnectionStore(pageSize = 100): ConnectionStore {
  const connections = new Map<string, ConnectionRow>();
  return {
    async put(connection) {
      connections.set(connection.connectionId, connection);
    },
    async remove(connectionId) {
      connections.delete(connectionId);
    },
    async removeIfMadeBefore(connectionId, time) {
      const connection = connections.get(connectionId);
      if (connection && connection.connectedAt < time) connections.delete(connectionId);
    },
    async *pages(now, signal) {
      const rows = [...connections.values()];
      for (let start = 0; start < rows.length; start += pageSize) {
        signal?.throwIfAborted();
        yield rows.slice(start, start + pageSize).filter(({ ttl }) => ttl > now);
      }
    },
    async count(now) {
      return [...connections.values()].filter(({ ttl }) => ttl > now).length;
    },
  };
}
