import { ticketStoreContract } from "../../contracts/tickets";
import { memoryTicketStore } from "./tickets";

ticketStoreContract("memory", async () => memoryTicketStore());
