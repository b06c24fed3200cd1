import { createHash, randomBytes } from "node:crypto";
import * as z from "zod/mini";
import { CONNECTION_SECONDS, CONNECTIONS_PER_USER, epochSeconds } from "../realtime/connections";
import { authorize, type Caller } from "../shared/authorization";
import { TooMany } from "../shared/errors";

/** The time for which a ticket is good, in seconds. It is there to open a connection with. */
const LIFETIME_SECONDS = 60;
const TICKET_BYTES = 32;

/** The most tickets that a user takes in a minute: one for each connection that the user may have. */
export const TICKETS_PER_MINUTE = CONNECTIONS_PER_USER;

/** A ticket, as its holder gets it. Its `ticket` is a secret. */
export const ticket = z.object({
  ticket: z.string().check(z.meta({ description: "Opens one WebSocket connection, once." })),
  expires_at: z.string().check(z.meta({ format: "date-time" })),
  connection_seconds: z
    .int()
    .check(
      z.minimum(0),
      z.meta({ description: "How long the connection is sent anything at most: as long as the token is good." }),
    ),
});

export type Ticket = Readonly<z.output<typeof ticket>>;

/** The claims of a ticket. They are in its text, so that whoever is shown it need not read it from the store first. */
export interface TicketClaims {
  readonly user_id: string;
  /** The time at which the token ends that the ticket was given for, in epoch seconds. */
  readonly tokenEndsAt: number;
}

/** A ticket, as the store keeps it. Nobody who reads it there can use it. */
export interface IssuedTicket {
  /** The SHA-256 of the whole text, in hexadecimal. It vouches for the claims: nobody else's text has it. */
  readonly hash: string;
  readonly user_id: string;
  /** The end of the ticket, in epoch seconds. The store may keep it for days longer, so that taking it compares. */
  readonly ttl: number;
}

export interface TicketStore {
  /**
   * Keeps a new ticket, unless its holder has taken TICKETS_PER_MINUTE in this minute.
   *
   * @param now epoch seconds
   * @returns whether it is kept
   */
  put(ticket: IssuedTicket, now: number): Promise<boolean>;
}

interface Services {
  readonly tickets: TicketStore;
  now(): Date;
}

/**
 * Gives the caller a ticket, which is good for a minute and for one use. The connection that it opens ends with the
 * token that the caller has shown.
 *
 * @throws Unauthenticated; TooMany
 */
export async function issueTicket({ tickets, now }: Services, caller: Caller | undefined): Promise<Ticket> {
  authorize(caller, "take tickets");
  const seconds = epochSeconds(now().getTime());
  const ttl = seconds + LIFETIME_SECONDS;
  const { uid: user_id, tokenEndsAt = ttl } = caller;
  const secret = writeTicket({ user_id, tokenEndsAt });
  if (!(await tickets.put({ hash: hashOf(secret), user_id, ttl }, seconds)))
    throw new TooMany(`You may take ${TICKETS_PER_MINUTE} tickets a minute. Wait a minute.`);
  return {
    ticket: secret,
    expires_at: new Date(ttl * 1_000).toISOString(),
    // A duration, so that a client whose clock is wrong knows too when it has to connect anew.
    connection_seconds: Math.min(CONNECTION_SECONDS, Math.max(0, tokenEndsAt - seconds)),
  };
}

/** The form of a ticket: a secret, the user and the end of the token. All are characters that a sub-protocol may have. */
const FORM = /^[\w-]{43}\.([\w-]{1,700})\.([1-9]\d{0,11})$/;

function writeTicket({ user_id, tokenEndsAt }: TicketClaims): string {
  const secret = randomBytes(TICKET_BYTES).toString("base64url");
  return `${secret}.${Buffer.from(user_id).toString("base64url")}.${tokenEndsAt}`;
}

/**
 * Reads a ticket that somebody shows. What it says is to be believed only once a ticket with this hash was taken from
 * the store.
 *
 * @returns undefined if no ticket looks like this
 */
export function readTicket(text: string): (TicketClaims & { readonly hash: string }) | undefined {
  const [, user = "", end] = FORM.exec(text) ?? [];
  if (end === undefined) return undefined;
  return {
    user_id: Buffer.from(user, "base64url").toString(),
    tokenEndsAt: Number(end),
    hash: hashOf(text),
  };
}

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
