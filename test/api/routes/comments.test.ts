import { beforeEach, describe, expect, test } from "@jest/globals";
import { type Api, apiInMemory } from "../../support/api";
import { idOf } from "../../support/doubles/services";
import { itemsIn } from "../../support/responses";

const post = `/api/v1/posts/${idOf(1)}`;
const path = `${post}/comments`;
const comment = `/api/v1/comments/${idOf(2)}`;

let api: Api;
beforeEach(async () => {
  api = apiInMemory();
  await api.send("POST", "/api/v1/posts", { as: "alice", body: { title: "Title", content: "Content" } });
});

const create = (content: unknown, to = path, headers = {}) =>
  api.send("POST", to, { as: "bob", body: { content }, headers: { "x-request-id": "r1", ...headers } });

describe("POST /api/v1/posts/{id}/comments", () => {
  test("creates a comment and announces it with the request's id", async () => {
    const response = await create("Nice");
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(comment);
    expect(response.headers.get("etag")).toBe('"1"');
    const created = await response.json();
    expect(created).toEqual({
      id: idOf(2),
      post_id: idOf(1),
      content: "Nice",
      author_id: "bob",
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(await (await api.send("GET", comment)).json()).toEqual(created);
  });

  test.each([idOf(404), "not-an-id"])("answers 404 for the post %s", async (id) => {
    const response = await create("Nice", `/api/v1/posts/${id}/comments`);
    expect(response.status).toBe(404);
  });

  test("refuses an empty comment", async () => {
    expect((await create("")).status).toBe(400);
  });

  test("creates one comment with one Idempotency-Key, and refuses it for another", async () => {
    const headers = { "idempotency-key": "k1" };
    const first = await (await create("Nice", path, headers)).text();
    expect(await (await create("Nice", path, headers)).text()).toBe(first);
    expect((await create("Bad", path, headers)).status).toBe(422);
    expect(await itemsIn(await api.send("GET", path))).toHaveLength(1);
  });
});

describe("GET /api/v1/posts/{id}/comments", () => {
  test("lists the newest first, as many as asked for", async () => {
    for (const content of ["one", "two", "three"]) await create(content);
    const items = await itemsIn(await api.send("GET", `${path}?limit=2`));
    expect(items).toMatchObject([{ content: "three" }, { content: "two" }]);
  });

  test("lists nothing for a post without comments", async () => {
    expect(await itemsIn(await api.send("GET", path))).toEqual([]);
  });

  test("answers 404 for a post that does not exist", async () => {
    expect((await api.send("GET", `/api/v1/posts/${idOf(404)}/comments`)).status).toBe(404);
  });
});

describe("/api/v1/comments/{id}", () => {
  beforeEach(() => create("Nice"));

  test("PUT changes a comment that the client knows", async () => {
    const change = { as: "bob", body: { content: "Nicer" }, headers: { "if-match": '"1"' } };
    const response = await api.send("PUT", comment, change);
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toBe('"2"');
    expect(await response.json()).toMatchObject({ content: "Nicer", version: 2 });
    expect((await api.send("PUT", comment, change)).status).toBe(412);
  });

  test("GET answers 304 to whoever knows it", async () => {
    expect((await api.send("GET", comment, { headers: { "if-none-match": '"1"' } })).status).toBe(304);
  });

  test("DELETE deletes it, once", async () => {
    expect((await api.send("DELETE", comment, { as: "bob", headers: { "if-match": '"7"' } })).status).toBe(412);
    expect((await api.send("DELETE", comment, { as: "bob" })).status).toBe(204);
    expect((await api.send("DELETE", comment, { as: "bob" })).status).toBe(404);
    expect((await api.send("GET", comment)).status).toBe(404);
  });
});
