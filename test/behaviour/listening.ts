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

  behaviour("a client keeps its connection alive, and chooses what it listens to", ["users"], async (visit) => {
    const client = await visit.connect({ ticket: await visit.ticket(await visit.user("alice")), query: "topics=" });
    const ask = async (request: object) => JSON.parse(await client.ask(JSON.stringify({ ...request, ref: "1" })));
    expect(await ask({ action: "ping" })).toEqual({ type: "pong", at: expect.any(String), ref: "1" });
    for (const topic of ["own", "all", `post:${randomUUID()}`])
      for (const action of ["subscribe", "unsubscribe"])
        expect(await ask({ action, topic })).toEqual({ type: `${action}d`, topic, ref: "1" });
    expect(await ask({ action: "subscribe", topic: "user:bob" })).toMatchObject({
      type: "error",
      code: "unknown_topic",
    });
    expect(await ask({ action: "dance" })).toMatchObject({ code: "unknown_action" });
  }),

  behaviour("nobody listens to anybody's own without being that user", [], async (visit) => {
    await expect(visit.connect({ query: "topics=own" })).rejects.toThrow("Unexpected server response: 401");
    const client = await visit.connect({ query: "topics=" });
    const answer = await client.ask(JSON.stringify({ action: "subscribe", topic: "own" }));
    expect(JSON.parse(answer)).toMatchObject({ type: "error", code: "not_signed_in" });
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
