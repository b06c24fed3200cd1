import { ticketStoreContract } from "../../contracts/tickets";
import { memoryConnectionStore, memoryConnectionTally } from "./connections";
import { memoryTicketStore } from "./tickets";

ticketStoreContract("memory", async () => {
  const tickets = new Map();
  return {
    store: memoryTicketStore(tickets),
    arrivals: memoryConnectionStore(memoryConnectionTally(), new Map(), tickets),
  };
});
