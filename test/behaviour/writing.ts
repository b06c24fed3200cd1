/** What users of the API do with posts, comments and favorites. */
import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import { behaviour } from "./behaviour";
import { idOf, listIn } from "./visit";

export const writing = [
  behaviour("a post is its author's to change and to delete, and anyone's to read", ["users"], async (visit) => {
    const [alice, bob] = [await visit.user("alice"), await visit.user("bob")];
    const path = await visit.post(alice);
    const read = await visit.call("GET", path);
    expect(read).toMatchObject({ status: 200, body: { author_id: alice.uid, title: "Verification" } });
    const body = { title: "Changed", content: "So is this." };
    expect((await visit.call("PUT", path, { as: bob, body })).status).toBe(403);
    expect((await visit.call("DELETE", path, { as: bob })).status).toBe(403);

    const headers = { "if-match": String(read.headers.get("etag")) };
    expect(await visit.call("PUT", path, { as: alice, body, headers })).toMatchObject({ status: 200, body });
    expect((await visit.call("PUT", path, { as: alice, body: { ...body, title: "Late" }, headers })).status).toBe(412);
    expect((await visit.call("DELETE", path, { as: alice })).status).toBe(204);
    expect((await visit.call("GET", path)).status).toBe(404);
  }),

  behaviour("a post that is sent twice with one idempotency key is published once", ["users"], async (visit) => {
    const alice = await visit.user("alice");
    const headers = { "idempotency-key": randomUUID() };
    expect(await visit.post(alice, headers)).toBe(await visit.post(alice, headers));
  }),

  behaviour("a new post is the first in the list", ["users"], async (visit) => {
    const alice = await visit.user("alice");
    const path = await visit.post(alice);
    const { items } = listIn(await visit.call("GET", "/api/v1/posts"));
    expect(items.map(({ id }) => `/api/v1/posts/${id}`)).toContain(path);
  }),

  behaviour(
    "a comment is its author's to change, and the post's author may delete it too",
    ["users"],
    async (visit) => {
      const [alice, bob] = [await visit.user("alice"), await visit.user("bob")];
      const post = await visit.post(alice);
      const comment = async (content: string) =>
        `/api/v1/comments/${idOf(await visit.call("POST", `${post}/comments`, { as: bob, body: { content } }))}`;
      const [first, second] = [await comment("One"), await comment("Two")];
      const body = { content: "Changed" };
      expect((await visit.call("PUT", first, { as: alice, body })).status).toBe(403);
      expect((await visit.call("PUT", first, { as: bob, body })).status).toBe(200);
      expect(await visit.call("GET", first)).toMatchObject({ status: 200, body: { ...body, author_id: bob.uid } });
      expect((await visit.call("DELETE", first, { as: bob })).status).toBe(204);
      expect((await visit.call("DELETE", second, { as: alice })).status).toBe(204);
      expect((await visit.call("GET", second)).status).toBe(404);
    },
  ),

  behaviour("a list is read part by part, the newest first", ["users"], async (visit) => {
    const alice = await visit.user("alice");
    const comments = `${await visit.post(alice)}/comments`;
    for (const content of ["1", "2", "3"]) await visit.call("POST", comments, { as: alice, body: { content } });
    const first = listIn(await visit.call("GET", `${comments}?limit=2`));
    expect(first.items).toMatchObject([{ content: "3" }, { content: "2" }]);
    const second = listIn(await visit.call("GET", `${comments}?limit=2&cursor=${first.next_cursor}`));
    expect(second).toMatchObject({ items: [{ content: "1" }], next_cursor: null });
  }),

  behaviour("a favorite counts once, and is listed until it is none", ["users"], async (visit) => {
    const [alice, bob] = [await visit.user("alice"), await visit.user("bob")];
    const path = await visit.post(alice);
    const listed = async () => listIn(await visit.call("GET", "/api/v1/favorites", { as: bob })).items;
    const id = path.slice(path.lastIndexOf("/") + 1);
    for (const _ of ["once", "twice"])
      expect((await visit.call("PUT", `${path}/favorite`, { as: bob })).status).toBe(204);
    expect((await visit.call("GET", path)).body).toMatchObject({ favorite_count: 1 });
    expect(await listed()).toContainEqual(expect.objectContaining({ post: expect.objectContaining({ id }) }));
    expect((await visit.call("DELETE", `${path}/favorite`, { as: bob })).status).toBe(204);
    expect((await visit.call("GET", path)).body).toMatchObject({ favorite_count: 0 });
    expect(JSON.stringify(await listed())).not.toContain(id);
  }),

  behaviour("a deleted post takes its comments and favorites with it", ["users"], async (visit) => {
    const [alice, bob] = [await visit.user("alice"), await visit.user("bob")];
    const path = await visit.post(alice);
    const comment = idOf(await visit.call("POST", `${path}/comments`, { as: bob, body: { content: "Nice" } }));
    await visit.call("PUT", `${path}/favorite`, { as: bob });
    expect((await visit.call("DELETE", path, { as: alice })).status).toBe(204);
    expect((await visit.call("GET", `${path}/comments`)).status).toBe(404);
    expect((await visit.call("GET", `/api/v1/comments/${comment}`)).status).toBe(404);
    expect(listIn(await visit.call("GET", "/api/v1/favorites", { as: bob })).items).toEqual([]);
  }),
];
