import { expect, test } from "@jest/globals";
import { type IssuedTicket, issueTicket, takeTicket } from "../../../domain/realtime/tickets";
import { memoryTicketStore } from "../../support/doubles/memory/tickets";

const ann = { uid: "ann", anonymous: false };

function services() {
  const stored: IssuedTicket[] = [];
  const tickets = memoryTicketStore();
  const clock = { time: 1_800_000_000_999 };
  const put = async (ticket: IssuedTicket) => {
    stored.push(ticket);
    await tickets.put(ticket);
  };
  return { tickets: { ...tickets, put }, now: () => new Date(clock.time), clock, stored };
}

test("a ticket is good once", async () => {
  const given = services();
  const { ticket } = await issueTicket(given, ann);
  expect(await takeTicket(given, ticket)).toBe("ann");
  expect(await takeTicket(given, ticket)).toBeUndefined();
});

test("a ticket is good for less than a minute, and says until when", async () => {
  const given = services();
  const { ticket, expires_at } = await issueTicket(given, ann);
  expect(expires_at).toBe(new Date(1_800_000_060_000).toISOString());
  given.clock.time = 1_800_000_060_000;
  expect(await takeTicket(given, ticket)).toBeUndefined();
  given.clock.time -= 1;
  expect(await takeTicket(given, ticket)).toBe("ann");
});

test("what is stored of a ticket is no ticket, and no two tickets are alike", async () => {
  const given = services();
  const [one, other] = [await issueTicket(given, ann), await issueTicket(given, ann)];
  expect(one.ticket).toMatch(/^[\w-]{43}$/);
  expect(one.ticket).not.toBe(other.ticket);
  for (const stored of given.stored) {
    expect(stored).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), user_id: "ann", ttl: 1_800_000_060 });
    expect(await takeTicket(given, stored.hash)).toBeUndefined();
  }
});

test.each(["", "x", "\ud800", "a".repeat(100_000)])("something else (%#) is no ticket", async (secret) => {
  expect(await takeTicket(services(), secret)).toBeUndefined();
});
