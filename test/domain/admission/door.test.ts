import { beforeEach, describe, expect, test } from "@jest/globals";
import { type DoorRules, type Handshake, letIn, PROTOCOL } from "../../../domain/admission/door";
import { issueTicket } from "../../../domain/admission/tickets";
import { CONNECTIONS_PER_USER, type ConnectionRow } from "../../../domain/realtime/connections";
import { MOST_TOPICS } from "../../../domain/realtime/subscriptions";
import { postTopic, userTopic } from "../../../domain/realtime/topics";
import { Forbidden, InvalidInput, TooMany, Unauthenticated } from "../../../domain/shared/errors";
import { memoryConnectionStore, memoryConnectionTally } from "../../support/doubles/memory/connections";
import { memoryTicketStore } from "../../support/doubles/memory/tickets";

const SECONDS = 1_800_000_000;
const origin = "https://blog.example";
const rules: DoorRules = { origins: [origin, "http://localhost:3000"], withoutOrigin: "allowed", anonymous: true };
const post = "00000000-0000-4000-8000-000000000001";

let rows: Map<string, ConnectionRow>;
let arrivals: ReturnType<typeof memoryConnectionStore>;
let tickets: ReturnType<typeof memoryTicketStore>;
let time: number;
beforeEach(() => {
  rows = new Map();
  const issued = new Map();
  arrivals = memoryConnectionStore(memoryConnectionTally(), rows, issued);
  tickets = memoryTicketStore(issued);
  time = SECONDS * 1000;
});

const ticketOf = async (uid: string, tokenEndsAt = SECONDS + 3_600) =>
  (await issueTicket({ tickets, now: () => new Date(time) }, { uid, anonymous: false, tokenEndsAt })).ticket;

function knock(changes: Partial<Handshake> = {}, changed: Partial<DoorRules> = {}) {
  const handshake = { connectionId: "a=", origins: [origin], protocols: [], tickets: [], topics: [], address: "::1" };
  const sourceOf = async (address: string) => `hash of ${address}`;
  return letIn({ ...handshake, ...changes }, { ...rules, ...changed }, { arrivals, sourceOf, now: () => time });
}
const protocolsOf = (ticket: string) => [PROTOCOL, `ticket.${ticket}`];

describe("the door", () => {
  test("lets a client in that says nothing, to listen to everything for two hours", async () => {
    expect(await knock()).toEqual({ source: "hash of ::1" });
    expect(rows.get("a=")).toEqual({
      connectionId: "a=",
      connectedAt: SECONDS,
      expiresAt: SECONDS + 7_200,
      ttl: SECONDS + 7_800,
      topics: new Set(["all"]),
      source: "hash of ::1",
    });
  });

  test("lets the holder of a ticket in until the token ends, and chooses the sub-protocol but never the ticket", async () => {
    const protocols = protocolsOf(await ticketOf("ann"));
    expect(await knock({ protocols })).toMatchObject({ user_id: "ann", protocol: "terrace.v1" });
    expect(rows.get("a=")).toMatchObject({ user_id: "ann", expiresAt: SECONDS + 3_600, ttl: SECONDS + 7_800 });
  });

  test("takes a ticket from the query too, and twice the same as one", async () => {
    const ticket = await ticketOf("ann");
    expect(await knock({ tickets: [ticket, ticket], protocols: protocolsOf(ticket) })).toMatchObject({
      user_id: "ann",
    });
  });

  test("lets nobody stay for more than two hours, however long a token lasts", async () => {
    await knock({ tickets: [await ticketOf("ann", SECONDS + 100_000)] });
    expect(rows.get("a=")?.expiresAt).toBe(SECONDS + 7_200);
  });

  test("lets one of two in that show the same ticket at once", async () => {
    const tickets = [await ticketOf("ann")];
    const [one, other] = await Promise.allSettled([
      knock({ connectionId: "a=", tickets }),
      knock({ connectionId: "b=", tickets }),
    ]);
    expect([one.status, other.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(rows.size).toBe(1);
  });

  test("lets a connection in twice that is announced twice", async () => {
    const tickets = [await ticketOf("ann")];
    for (let n = 0; n < 2; n++) expect(await knock({ tickets })).toMatchObject({ user_id: "ann" });
    expect(rows.size).toBe(1);
  });

  test.each([
    ["one that nobody issued", async () => (await ticketOf("ann")).replace(/^.{43}/, "a".repeat(43))],
    ["no ticket at all", async () => "hello"],
    ["an empty text", async () => ""],
    [
      "one that was used",
      async () => {
        const ticket = await ticketOf("ann");
        await knock({ connectionId: "b=", tickets: [ticket] });
        return ticket;
      },
    ],
    [
      "one whose minute is over",
      async () => {
        const ticket = await ticketOf("ann");
        time += 60_000;
        return ticket;
      },
    ],
    ["one for a token that has ended", () => ticketOf("ann", SECONDS)],
  ])("refuses a ticket that is %s with one and the same message", async (_, bad) => {
    const ticket = await bad();
    const refusal = new Unauthenticated(
      "Connect with a ticket that is good: fetch one from the API, and use it once and within a minute.",
    );
    await expect(knock({ tickets: [ticket] })).rejects.toThrow(refusal);
    await expect(knock({ protocols: protocolsOf(ticket) })).rejects.toThrow(refusal);
    expect(rows.has("a=")).toBe(false);
  });

  test("refuses two different tickets, and takes neither", async () => {
    const [one, other] = [await ticketOf("ann"), await ticketOf("bob")];
    await expect(knock({ tickets: [one], protocols: protocolsOf(other) })).rejects.toThrow(InvalidInput);
    for (const ticket of [one, other]) await knock({ connectionId: ticket, tickets: [ticket] });
  });

  test("refuses whoever has no ticket where nobody listens anonymously", async () => {
    await expect(knock({}, { anonymous: false })).rejects.toThrow(Unauthenticated);
    await expect(knock({ protocols: [PROTOCOL] }, { anonymous: false })).rejects.toThrow(Unauthenticated);
    expect(await knock({ tickets: [await ticketOf("ann")] }, { anonymous: false })).toMatchObject({ user_id: "ann" });
  });

  test("refuses a user one connection too many, names the bound, and leaves the ticket good", async () => {
    for (let n = 0; n < CONNECTIONS_PER_USER; n++)
      await knock({ connectionId: `c${n}=`, tickets: [await ticketOf("ann")] });
    time += 60_000;
    const tickets = [await ticketOf("ann")];
    await expect(knock({ tickets })).rejects.toThrow(
      new TooMany("You have 20 connections, which is the most. Close one first."),
    );
    await arrivals.remove("c0=");
    expect(await knock({ tickets })).toMatchObject({ user_id: "ann" });
  });

  test("goes on without the hash of an address when it cannot be had", async () => {
    const handshake = { connectionId: "a=", origins: [], protocols: [], tickets: [], topics: [], address: "::1" };
    expect(await letIn(handshake, rules, { arrivals, sourceOf: async () => undefined, now: () => time })).toEqual({});
    expect(rows.get("a=")).not.toHaveProperty("source");
  });
});

describe("the Origin", () => {
  test.each([
    ["another site", "https://evil.example"],
    ["null", "null"],
    ["nothing", ""],
    ["one that begins as ours", "https://blog.example.evil.example"],
    ["one that ends as ours", "https://evilblog.example"],
    ["ours, not encrypted", "http://blog.example"],
    ["ours at another port", "https://blog.example:8443"],
    ["ours at its usual port", "https://blog.example:443"],
    ["ours with a slash", "https://blog.example/"],
    ["ours in upper case", "https://BLOG.example"],
    ["ours with a user", "https://ann@blog.example"],
    ["a page of localhost at another port", "http://localhost:3001"],
    ["punycode", "https://xn--blog-7na.example"],
    ["two in one header", `${origin}, ${origin}`],
    ["a wildcard", "*"],
  ])("is refused if it is %s, with or without a ticket", async (_, other) => {
    const ticket = await ticketOf("ann");
    for (const tickets of [[], [ticket]])
      await expect(knock({ origins: [other], tickets })).rejects.toThrow(new Forbidden("connect from this origin"));
    expect(rows.size).toBe(0);
    expect(await knock({ tickets: [ticket] })).toMatchObject({ user_id: "ann" });
  });

  test("is refused if there are two of them, though each would do", async () => {
    await expect(knock({ origins: [origin, origin] })).rejects.toThrow(Forbidden);
  });

  test("is none of anybody's where the environment lists none", async () => {
    await expect(knock({}, { origins: [] })).rejects.toThrow(Forbidden);
  });

  test("may be missing as the environment says: never, with a ticket, or always", async () => {
    const tickets = [await ticketOf("ann")];
    const without = (rest: Partial<Handshake>, withoutOrigin: DoorRules["withoutOrigin"]) =>
      knock({ origins: [], ...rest }, { withoutOrigin });
    await expect(without({}, "refused")).rejects.toThrow(new Forbidden("connect without an Origin"));
    await expect(without({ tickets }, "refused")).rejects.toThrow(Forbidden);
    await expect(without({}, "with a ticket")).rejects.toThrow(Unauthenticated);
    await expect(without({ tickets: ["made.up.1"] }, "with a ticket")).rejects.toThrow(Unauthenticated);
    expect(await without({ tickets }, "with a ticket")).toMatchObject({ user_id: "ann" });
    expect(await without({ connectionId: "b=" }, "allowed")).toMatchObject({ source: "hash of ::1" });
  });
});

describe("the sub-protocols", () => {
  test("are not answered if there are none", async () => {
    expect(await knock()).not.toHaveProperty("protocol");
  });

  test.each([[["chat"]], [["ticket.x"]], [["Terrace.v1"]], [["terrace.v2", "chat"]], [[""]]])(
    "are refused if ours is not among them: %j",
    async (protocols) => {
      await expect(knock({ protocols })).rejects.toThrow();
      expect(rows.size).toBe(0);
    },
  );

  test("are answered with ours, whatever else is offered", async () => {
    expect(await knock({ protocols: ["chat", PROTOCOL] })).toMatchObject({ protocol: "terrace.v1" });
  });
});

describe("the topics of a handshake", () => {
  const topicsOf = async (topics: readonly string[], tickets: readonly string[] = []) => {
    await knock({ topics, tickets });
    return [...(rows.get("a=")?.topics ?? [])];
  };

  test("are none, some, or each once", async () => {
    expect(await topicsOf([""])).toEqual([]);
    rows.clear();
    expect(await topicsOf([` post:${post} ,all,,all`, "all"])).toEqual([postTopic(post), "all"]);
  });

  test("may be a user's own, which is the user's whose ticket it is", async () => {
    expect(await topicsOf(["own"], [await ticketOf("ann")])).toEqual([userTopic("ann")]);
  });

  test("may not be anybody's own without a ticket, and no one else's ever", async () => {
    await expect(knock({ topics: ["own"] })).rejects.toThrow(
      new Unauthenticated("Connect with a ticket to listen to what is your own."),
    );
    const tickets = [await ticketOf("ann")];
    await expect(knock({ topics: ["user:bob"], tickets })).rejects.toThrow(
      'topic: received "user:bob", allowed all, own or post:<id of a post>',
    );
    expect(rows.size).toBe(0);
  });

  test.each(["ALL", "post:", "post:1", `post:${post.slice(0, -1)}A`, `post:${post} x`, "posts", "__proto__"])(
    "are refused by naming what is known: %s",
    async (name) => {
      await expect(knock({ topics: [name] })).rejects.toThrow("allowed all, own or post:<id of a post>");
    },
  );

  test("are bounded", async () => {
    const ids = Array.from({ length: MOST_TOPICS + 1 }, (_, n) => `post:${post.slice(0, -2)}${10 + n}`);
    await expect(knock({ topics: [ids.join(",")] })).rejects.toThrow("topics: received 51 topics, allowed at most 50");
    expect(await topicsOf([ids.slice(1).join(",")])).toHaveLength(MOST_TOPICS);
  });
});
