import { createHash, randomBytes } from "node:crypto";
import * as z from "zod/mini";
import { authorize, type Caller } from "../shared/authorization";
import { epochSeconds } from "./connections";

/** The time for which a ticket is good, in seconds. It is there to open a connection with. */
const LIFETIME_SECONDS = 60;
const TICKET_BYTES = 32;

/** A ticket, as its holder gets it. Its `ticket` is a secret. */
export const ticket = z.object({
  ticket: z.string().check(z.meta({ description: "Opens one WebSocket connection, once." })),
  expires_at: z.string().check(z.meta({ format: "date-time" })),
});

export type Ticket = Readonly<z.output<typeof ticket>>;

/** A ticket, as the store keeps it. Nobody who reads it there can use it. */
export interface IssuedTicket {
  /** The SHA-256 of the secret, in hexadecimal. */
  readonly hash: string;
  readonly user_id: string;
  /** The end of the ticket, in epoch seconds. The store may keep it for days longer, so that taking it compares. */
  readonly ttl: number;
}

export interface TicketStore {
  put(ticket: IssuedTicket): Promise<void>;
  /**
   * Takes a ticket that has not ended at the given time (epoch seconds). If several take the same one, one gets it.
   *
   * @returns the uid of its holder; undefined if there is no such ticket
   */
  take(hash: string, now: number): Promise<string | undefined>;
}

interface Services {
  readonly tickets: TicketStore;
  now(): Date;
}

/**
 * Gives the caller a ticket, which is good for a minute and for one use.
 *
 * @throws Unauthenticated
 */
export async function issueTicket({ tickets, now }: Services, caller: Caller | undefined): Promise<Ticket> {
  authorize(caller, "take tickets");
  const ttl = epochSeconds(now().getTime()) + LIFETIME_SECONDS;
  const secret = randomBytes(TICKET_BYTES).toString("base64url");
  await tickets.put({ hash: hashOf(secret), user_id: caller.uid, ttl });
  return { ticket: secret, expires_at: new Date(ttl * 1_000).toISOString() };
}

/**
 * Uses a ticket up.
 *
 * If the answer of the store is lost, the ticket is lost with it: a ticket is rather refused than used twice.
 *
 * @returns the uid of its holder; undefined if it is not good, or not any more
 */
export async function takeTicket({ tickets, now }: Services, secret: string): Promise<string | undefined> {
  return tickets.take(hashOf(secret), epochSeconds(now().getTime()));
}

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
