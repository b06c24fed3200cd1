import { createHash, randomBytes } from "node:crypto";
import * as z from "zod/mini";
import { authorize, type Caller } from "../shared/authorization";
import { epochSeconds } from "./connections";

/** How long a ticket is good for: the time to open a connection with it. */
const LIFETIME_SECONDS = 60;
const TICKET_BYTES = 32;

/** A ticket, as its holder gets it. */
export const ticket = z.object({
  ticket: z.string().check(z.meta({ description: "Opens one WebSocket connection, once." })),
  expires_at: z.string().check(z.meta({ format: "date-time" })),
});

export type Ticket = Readonly<z.output<typeof ticket>>;

/** A ticket, as it is stored: nobody who reads it there can use it. */
export interface TicketRow {
  /** SHA-256 of the ticket, in hexadecimal. */
  readonly ticket: string;
  readonly user_id: string;
  /** When the ticket ends, in epoch seconds. DynamoDB removes the row days later: whoever takes it must compare. */
  readonly ttl: number;
}

export interface TicketStore {
  put(row: TicketRow): Promise<void>;
  /**
   * Takes a ticket that has not ended at the given time (epoch seconds). Of all who take the same one, one gets it.
   *
   * @returns whose it was; undefined if it is not there
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
  await tickets.put({ ticket: hashOf(secret), user_id: caller.uid, ttl });
  return { ticket: secret, expires_at: new Date(ttl * 1_000).toISOString() };
}

/**
 * Uses a ticket up.
 *
 * If the answer of the store is lost the ticket is lost with it: a ticket is rather refused than used twice.
 *
 * @returns the uid of its holder; undefined if it is not good, or not any more
 */
export async function takeTicket({ tickets, now }: Services, secret: string): Promise<string | undefined> {
  return tickets.take(hashOf(secret), epochSeconds(now().getTime()));
}

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
