import { expect, test } from "@jest/globals";
import { type IssuedTicket, issueTicket, readTicket, TICKETS_PER_MINUTE } from "../../../domain/admission/tickets";
import { TooMany, Unauthenticated } from "../../../domain/shared/errors";
import { memoryTicketStore } from "../../support/doubles/memory/tickets";

const tokenEndsAt = 1_800_003_600;
const ann = { uid: "ann", anonymous: false, tokenEndsAt };

function services() {
  const stored = new Map<string, IssuedTicket>();
  return { tickets: memoryTicketStore(stored), now: () => new Date(1_800_000_000_999), stored };
}

test("a ticket is good for less than a minute, and says until when", async () => {
  const given = services();
  const { expires_at } = await issueTicket(given, ann);
  expect(expires_at).toBe(new Date(1_800_000_060_000).toISOString());
  expect([...given.stored.values()]).toEqual([
    { hash: expect.stringMatching(/^[0-9a-f]{64}$/), user_id: "ann", ttl: 1_800_000_060 },
  ]);
});

test("a ticket says how long its connection lasts: as long as the token, and two hours at most", async () => {
  const lasts = async (tokenEndsAt: number) =>
    (await issueTicket(services(), { ...ann, tokenEndsAt })).connection_seconds;
  expect(await lasts(1_800_003_600)).toBe(3_600);
  expect(await lasts(1_800_100_000)).toBe(7_200);
  expect(await lasts(1_799_999_999)).toBe(0);
});

test.each([["ann"], ["日本 🎌"], ["x".repeat(128)], ["a.b,c"]])(
  "a ticket of %s says whose it is and when the token ends, and a sub-protocol may hold it",
  async (uid) => {
    const given = services();
    const { ticket } = await issueTicket(given, { ...ann, uid });
    expect(ticket).toMatch(/^[\w.-]+$/);
    expect(readTicket(ticket)).toEqual({ user_id: uid, tokenEndsAt, hash: [...given.stored.keys()][0] });
  },
);

test("a ticket for a token whose end is not known opens nothing that lasts longer than the ticket", async () => {
  const { ticket } = await issueTicket(services(), { uid: "ann", anonymous: false });
  expect(readTicket(ticket)?.tokenEndsAt).toBe(1_800_000_060);
});

test("what is stored of a ticket is no ticket, and no two tickets are alike", async () => {
  const given = services();
  const [one, other] = [await issueTicket(given, ann), await issueTicket(given, ann)];
  expect(one.ticket).not.toBe(other.ticket);
  for (const hash of given.stored.keys()) expect(readTicket(hash)).toBeUndefined();
});

test("a ticket whose claims are changed is another, which nobody has issued", async () => {
  const given = services();
  const { ticket } = await issueTicket(given, ann);
  const forged = ticket.replace(Buffer.from("ann").toString("base64url"), Buffer.from("bob").toString("base64url"));
  const longer = ticket.replace(String(tokenEndsAt), String(tokenEndsAt + 1));
  for (const text of [forged, longer]) expect(given.stored.has(readTicket(text)?.hash ?? "")).toBe(false);
});

test("a user takes so many tickets a minute, and is told", async () => {
  const given = services();
  for (let n = 0; n < TICKETS_PER_MINUTE; n++) await issueTicket(given, ann);
  await expect(issueTicket(given, ann)).rejects.toThrow(
    new TooMany("You may take 20 tickets a minute. Wait a minute."),
  );
  await issueTicket(given, { ...ann, uid: "bob" });
});

test("nobody takes a ticket without being signed in", async () => {
  await expect(issueTicket(services(), undefined)).rejects.toThrow(Unauthenticated);
});

test.each(["", "x", "\ud800", "a".repeat(100_000), `${"a".repeat(43)}.YQ`, `${"a".repeat(43)}.YQ.-1`])(
  "something else (%#) is no ticket",
  (text) => {
    expect(readTicket(text)).toBeUndefined();
  },
);
