import { type IssuedTicket, TICKETS_PER_MINUTE, type TicketStore } from "../../../../domain/admission/tickets";

/** The tickets by their hashes. The store of connections, which takes them, shares them. */
export type MemoryTickets = Map<string, IssuedTicket>;

export function memoryTicketStore(tickets: MemoryTickets = new Map()): TicketStore {
  /** How many each user has taken in a minute. */
  const taken = new Map<string, number>();
  return {
    async put(ticket, now) {
      const key = `${Math.floor(now / 60)} ${ticket.user_id}`;
      const count = taken.get(key) ?? 0;
      if (count >= TICKETS_PER_MINUTE) return false;
      taken.set(key, count + 1);
      tickets.set(ticket.hash, ticket);
      return true;
    },
  };
}
