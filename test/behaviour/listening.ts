/** What those who are connected by WebSocket hear. */
import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import { behaviour } from "./behaviour";
import { idOf } from "./visit";

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

  behaviour(
    "every change of a post and of what is on it is told once and in order, and a request that comes again is not",
    ["users"],
    async (visit) => {
      const [alice, bob] = [await visit.user("alice"), await visit.user("bob")];
      const client = await visit.connect();
      const path = await visit.post(alice);
      const post_id = path.slice(path.lastIndexOf("/") + 1);
      const body = { title: "Changed", content: "So is this." };
      await visit.call("PUT", path, { as: alice, body });
      await visit.call("PUT", `${path}/favorite`, { as: bob });
      const headers = { "idempotency-key": randomUUID() };
      const comment = () => visit.call("POST", `${path}/comments`, { as: bob, body: { content: "Nice" }, headers });
      const id = idOf(await comment());
      for (let again = 0; again < 3; again++) await comment();
      await visit.call("PUT", `/api/v1/comments/${id}`, { as: bob, body: { content: "Nicer" } });
      await visit.call("DELETE", `/api/v1/comments/${id}`, { as: bob });
      await visit.call("DELETE", `${path}/favorite`, { as: bob });
      // This comment is removed with the post, which goes without saying.
      await visit.call("POST", `${path}/comments`, { as: bob, body: { content: "Left" } });
      const left = (text: string) => text.includes(post_id) && text.includes('"Left"');
      await client.first(left);
      await visit.call("DELETE", path, { as: alice });
      await client.first((text) => text.includes(post_id) && text.includes("post.deleted"));

      const told = client.messages.map((text) => JSON.parse(text)).filter((message) => message.post_id === post_id);
      expect(new Set(told.map((message) => message.id)).size).toBe(told.length);
      const of = (noun: RegExp) => told.filter(({ type }) => noun.test(type));
      expect(of(/^(post|favorites)\./)).toMatchObject([
        { type: "post.created", version: 1, data: { id: post_id, author_id: alice.uid, title: "Verification" } },
        { type: "post.changed", version: 2, data: body },
        { type: "favorites.changed", data: { favorites: 1 } },
        { type: "favorites.changed", data: { favorites: 0 } },
        { type: "post.deleted", version: 3, data: { id: post_id } },
      ]);
      expect(of(/^comment\./)).toMatchObject([
        { type: "comment.created", version: 1, data: { id, post_id, author_id: bob.uid, content: "Nice" } },
        { type: "comment.changed", version: 2, data: { id, content: "Nicer" } },
        { type: "comment.deleted", version: 3, data: { id } },
        { type: "comment.created", version: 1, data: { content: "Left" } },
      ]);
    },
  ),

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

  behaviour("everybody hears what they listen to, and nothing else", ["users"], async (visit) => {
    const [alice, bob] = [await visit.user("alice"), await visit.user("bob")];
    const [one, other] = [await visit.post(alice), await visit.post(alice)];
    const topicOf = (post: string) => `post:${post.slice(post.lastIndexOf("/") + 1)}`;
    const listening = {
      both: await visit.connect({ query: `topics=${topicOf(one)},${topicOf(other)}` }),
      other: await visit.connect({ query: `topics=${topicOf(other)}` }),
      bobs: await visit.connect({ ticket: await visit.ticket(bob), query: "topics=own" }),
      alices: await visit.connect({ ticket: await visit.ticket(alice), query: `topics=own,${topicOf(other)}` }),
    };
    const [first, second] = [`First ${randomUUID()}`, `Second ${randomUUID()}`];
    await visit.call("POST", `${one}/comments`, { as: bob, body: { content: first } });
    await visit.call("POST", `${other}/comments`, { as: bob, body: { content: second } });
    const heard: Record<string, readonly string[]> = {};
    for (const client of [listening.both, listening.bobs]) await client.first((received) => received.includes(first));
    for (const [name, client] of Object.entries(listening)) {
      await client.first((received) => received.includes(second));
      heard[name] = [first, second].filter((content) => client.messages.some((received) => received.includes(content)));
    }
    expect(heard).toEqual({ both: [first, second], other: [second], bobs: [first, second], alices: [second] });
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
