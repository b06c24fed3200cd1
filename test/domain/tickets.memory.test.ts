import { memoryTicketStore } from "../../domain/tickets.memory";
import { ticketStoreContract } from "./tickets-contract";

ticketStoreContract("memory", async () => memoryTicketStore());
