import {
  MOST_TOPICS,
  placeOf,
  type Subscriber,
  type SubscriptionStore,
} from "../../../../domain/realtime/subscriptions";
import { type MemoryConnections, memoryConnectionTally } from "./connections";

/** A store that reads who listens to what from the connections' rows, which name their topics. */
export function memorySubscriptionStore(
  connections: MemoryConnections = new Map(),
  tally = memoryConnectionTally(),
  pageSize = 100,
): SubscriptionStore {
  const places = new Map<string, string>();
  const placed = (connectionId: string): string => {
    const place = places.get(connectionId) ?? placeOf(connectionId);
    places.set(connectionId, place);
    return place;
  };
  return {
    async add({ connectionId }, topic) {
      const row = connections.get(connectionId);
      if (!row) return "gone";
      if (!row.topics.has(topic) && row.topics.size >= MOST_TOPICS) return "too many";
      connections.set(connectionId, { ...row, topics: new Set([...row.topics, topic]) });
      return "added";
    },
    async remove(connectionId, topic) {
      const row = connections.get(connectionId);
      if (!row) return;
      connections.set(connectionId, { ...row, topics: new Set([...row.topics].filter((one) => one !== topic)) });
    },
    async *pages(topics, { after, until }, now, signal) {
      signal?.throwIfAborted();
      const found = [...connections.values()]
        .filter((row) => row.expiresAt > now)
        .flatMap((row): Subscriber[] => {
          const { connectionId, connectedAt } = row;
          const topic = topics.find((one) => row.topics.has(one));
          return topic === undefined ? [] : [{ connectionId, connectedAt, place: placed(connectionId), topic }];
        })
        .filter(({ place }) => (after === undefined || place > after) && (until === undefined || place < until))
        .sort((a, b) => (a.place < b.place ? -1 : 1));
      for (let start = 0; start < found.length; start += pageSize) {
        signal?.throwIfAborted();
        yield found.slice(start, start + pageSize);
      }
    },
    async forget({ connectionId }, before = Number.POSITIVE_INFINITY) {
      const row = connections.get(connectionId);
      if (!row || row.connectedAt >= before) return;
      connections.delete(connectionId);
      await tally.closed(row);
    },
  };
}
