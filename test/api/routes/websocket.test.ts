import { beforeEach, describe, expect, test } from "@jest/globals";
import { readTicket, TICKETS_PER_MINUTE } from "../../../domain/admission/tickets";
import { newConnection } from "../../../domain/realtime/connections";
import { type Api, apiInMemory } from "../../support/api";

let api: Api;
beforeEach(() => {
  api = apiInMemory();
});

test("GET /api/v1/websocket/connections counts, and counts again after a while only", async () => {
  const start = Date.UTC(2026, 0, 1);
  await api.connections.put(newConnection("one", start));
  const asked = () => api.send("GET", "/api/v1/websocket/connections");
  const first = await (await asked()).json();
  expect(first).toEqual({ count: 1, as_of: "2026-01-01T00:00:00.000Z" });
  await api.connections.put(newConnection("two", start));
  expect(await (await asked()).json()).toEqual(first);
});

describe("POST /api/v1/websocket/tickets", () => {
  test("gives a ticket that is the caller's, for one use within a minute", async () => {
    const response = await api.send("POST", "/api/v1/websocket/tickets", { as: "alice" });
    expect(response.status).toBe(201);
    const { ticket, expires_at } = Object(await response.json());
    expect(expires_at).toBe("2026-01-01T00:01:00.000Z");
    expect(readTicket(ticket)).toMatchObject({ user_id: "alice" });
    const connection = { ...newConnection("a=", Date.UTC(2026, 0, 1)), user_id: "alice" };
    expect(await api.connections.put(connection, readTicket(ticket)?.hash)).toBe("admitted");
  });

  test("gives another ticket each time, and logs none", async () => {
    const tickets = await Promise.all(
      Array.from({ length: 3 }, async () =>
        Object(await (await api.send("POST", "/api/v1/websocket/tickets", { as: "alice" })).json()),
      ),
    );
    expect(new Set(tickets.map(({ ticket }) => ticket)).size).toBe(3);
    for (const { ticket } of tickets) expect(JSON.stringify(api.services.log.lines)).not.toContain(ticket);
  });

  test("refuses one too many in a minute", async () => {
    const take = () => api.send("POST", "/api/v1/websocket/tickets", { as: "alice" });
    for (let n = 0; n < TICKETS_PER_MINUTE; n++) expect((await take()).status).toBe(201);
    const refused = await take();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ detail: "You may take 20 tickets a minute. Wait a minute." });
  });
});
