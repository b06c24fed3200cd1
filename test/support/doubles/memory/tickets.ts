import type { IssuedTicket, TicketStore } from "../../../../domain/realtime/tickets";

export function memoryTicketStore(): TicketStore {
  const tickets = new Map<string, IssuedTicket>();
  return {
    async put(ticket) {
      tickets.set(ticket.hash, ticket);
    },
    async take(hash, now) {
      const ticket = tickets.get(hash);
      if (!ticket || ticket.ttl <= now) return undefined;
      tickets.delete(hash);
      return ticket.user_id;
    },
  };
}
