import type { TicketRow, TicketStore } from "../../../../domain/realtime/tickets";

export function memoryTicketStore(): TicketStore {
  const tickets = new Map<string, TicketRow>();
  return {
    async put(row) {
      tickets.set(row.ticket, row);
    },
    async take(hash, now) {
      const row = tickets.get(hash);
      if (!row || row.ttl <= now) return undefined;
      tickets.delete(hash);
      return row.user_id;
    },
  };
}
