/** What those who are connected by WebSocket hear. */
import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import { behaviour } from "./behaviour";

export const listening = [
  behaviour("a message that names no route comes back", [], async (visit) => {
    const client = await visit.connect();
    const message = `Hello ${randomUUID()}`;
    client.socket.send(message);
    expect(await client.first((received) => received === message)).toBe(message);
  }),

  behaviour("a broadcast without a signature is refused", [], async ({ platform: { broadcastUrl } }) => {
    const response = await fetch(broadcastUrl, { method: "POST", body: JSON.stringify({ type: "test", data: {} }) });
    expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }]);
  }),

  behaviour("a signed broadcast reaches everyone who is connected", ["credentials"], async (visit) => {
    const clients = [await visit.connect(), await visit.connect()];
    const message = { id: randomUUID(), type: "test", data: { message: "test" } };
    const { status, body } = await visit.broadcast(message);
    expect({ status, body }).toMatchObject({ status: 200, body: { id: message.id } });
    expect(body.delivered).toBeGreaterThanOrEqual(2);
    for (const client of clients)
      expect(JSON.parse(await client.first((received) => received.includes(message.id)))).toEqual(message);
  }),

  behaviour("a new comment is told to everyone who is connected", ["users"], async (visit) => {
    const alice = await visit.user("alice");
    const client = await visit.connect();
    const content = `Nice ${randomUUID()}`;
    const post = await visit.post(alice);
    await visit.call("POST", `${post}/comments`, { as: alice, body: { content } });
    expect(JSON.parse(await client.first((received) => received.includes(content)))).toMatchObject({
      type: "comment.created",
      data: { content, author_id: alice.uid },
    });
  }),

  behaviour("a page of another origin is not let in", [], async (visit) => {
    const refused = "Unexpected server response: 403";
    await expect(visit.connect({ origin: "https://another.example" })).rejects.toThrow(refused);
    await expect(visit.connect({ origin: "null" })).rejects.toThrow(refused);
  }),

  behaviour(
    "a ticket lets its user in once, and a browser is answered with the sub-protocol",
    ["users"],
    async (visit) => {
      const as = await visit.user("alice");
      const ticket = await visit.ticket(as);
      const client = await visit.connect({ ticket, query: "topics=own" });
      expect(client.socket.protocol).toBe("terrace.v1");
      await expect(visit.connect({ ticket })).rejects.toThrow("Unexpected server response: 401");
      await expect(visit.connect({ query: `ticket=${ticket}` })).rejects.toThrow("Unexpected server response: 401");
    },
  ),
];
