import type { Message } from "./message";

/**
 * Has a message sent to everyone who is connected. Never rejects: whoever announces has done its work already, and
 * what goes wrong is logged.
 */
export type Announce = (message: Message, requestId: string) => Promise<void>;
