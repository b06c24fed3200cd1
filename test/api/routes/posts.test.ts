import { beforeEach, describe, expect, test } from "@jest/globals";
import { postFields } from "../../../domain/posts/posts";
import { type Api, apiInMemory } from "../../support/api";
import { idOf } from "../../support/doubles/services";
import { itemsIn, problemIn } from "../../support/responses";

let api: Api;
beforeEach(() => {
  api = apiInMemory();
});

const input = { title: "Title", content: "Content" };
const path = `/api/v1/posts/${idOf(1)}`;
const create = (body: unknown = input, headers = {}) =>
  api.send("POST", "/api/v1/posts", { as: "alice", body, headers });

describe("POST /api/v1/posts", () => {
  test("creates a post of the caller's and says where it is", async () => {
    const response = await create();
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(path);
    expect(response.headers.get("etag")).toBe('"1-0"');
    const post = {
      id: idOf(1),
      ...postFields.in(input),
      author_id: "alice",
      version: 1,
      favorite_count: 0,
      created_at: "2026-01-01T00:00:00.000Z",
      updated_at: "2026-01-01T00:00:00.000Z",
    };
    expect(await response.json()).toEqual(post);
    expect(await (await api.send("GET", path)).json()).toEqual(post);
  });

  test("composes what was written in pieces", async () => {
    const response = await create({ title: "Cafe\u0301", content: "か\u3099" });
    expect(await response.json()).toMatchObject({ title: "Café", content: "が" });
  });

  test("names every field that is wrong", async () => {
    const response = await create({ title: "", content: 7, draft: true });
    expect((await problemIn(response)).errors).toMatchObject([
      { field: "title", received: '""' },
      { field: "content", received: "7" },
      { field: "draft", allowed: "no such field" },
    ]);
  });

  test("creates one post however often it is asked with one Idempotency-Key, also at once", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(input, { "idempotency-key": "k1" })));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(bodies).size).toBe(1);
    expect(await itemsIn(await api.send("GET", "/api/v1/posts"))).toHaveLength(1);
  });

  test("refuses a used Idempotency-Key with another input, but not another caller's", async () => {
    const headers = { "idempotency-key": "k1" };
    await create(input, headers);
    expect((await create({ ...input, title: "Other" }, headers)).status).toBe(422);
    const others = await api.send("POST", "/api/v1/posts", { as: "bob", body: input, headers });
    expect(others.status).toBe(201);
    expect(await itemsIn(await api.send("GET", "/api/v1/posts"))).toHaveLength(2);
  });
});

describe("GET /api/v1/posts", () => {
  beforeEach(async () => {
    for (let n = 1; n <= 25; n++) await create({ title: `Title ${n}`, content: "Content" });
  });

  const titles = async (query = "") =>
    (await itemsIn(await api.send("GET", `/api/v1/posts${query}`))).map(({ title }) => title);

  test("lists the newest 20, newest first", async () => {
    expect(await titles()).toEqual(Array.from({ length: 20 }, (_, n) => `Title ${25 - n}`));
  });

  test("lists as many as asked for", async () => {
    expect(await titles("?limit=2")).toEqual(["Title 25", "Title 24"]);
    expect(await titles("?limit=100")).toHaveLength(25);
  });
});

describe("GET /api/v1/posts/{id}", () => {
  test.each([idOf(404), "1", "..", "%2e%2e%2f", "a%2Fb", "%00", "%F0%9F%8E%8C", "x".repeat(8000)])(
    "answers 404 to the id %s",
    async (id) => {
      const response = await api.request(`https://api.internal/api/v1/posts/${id}/`.replace("/../", "/dots/"));
      expect(response.status).toBe(404);
      expect((await problemIn(response)).detail).toBe("There is no post with this id.");
    },
  );

  test.each(['"1-0"', 'W/"1-0"', '"7", "1-0"', "*"])("answers 304 to whoever knows it by %s", async (tag) => {
    await create();
    const response = await api.send("GET", path, { headers: { "if-none-match": tag } });
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toBe('"1-0"');
    expect(await response.text()).toBe("");
  });

  test("answers with the post to whoever knows an older state, be it only of its favorites", async () => {
    await create();
    await api.send("PUT", `${path}/favorite`, { as: "bob" });
    const response = await api.send("GET", path, { headers: { "if-none-match": '"1-0"' } });
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toBe('"1-1"');
  });
});

describe("PUT /api/v1/posts/{id}", () => {
  const changed = { title: "New title", content: "New content" };
  const change = (tag?: string, body: unknown = changed) =>
    api.send("PUT", path, { as: "alice", body, ...(tag && { headers: { "if-match": tag } }) });
  beforeEach(() => create());

  test.each([undefined, "*", '"1-0"', '"1-7"'])("changes the post if the client knows it by %s", async (tag) => {
    const response = await change(tag);
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toBe('"2-0"');
    const post = await response.json();
    expect(post).toMatchObject({ ...changed, version: 2, updated_at: expect.not.stringContaining("00:00.000Z") });
    expect(await (await api.send("GET", path)).json()).toEqual(post);
  });

  test.each(['"2-0"', '"0"', 'W/"1-0"', '""', '"abc"', '"1e0"', `"${"9".repeat(90)}"`])(
    "refuses with 412 whoever knows it by %s",
    async (tag) => {
      expect((await change(tag)).status).toBe(412);
      expect(await (await api.send("GET", path)).json()).toMatchObject({ ...input, version: 1 });
    },
  );

  test("lets one win of all who change the same state at once", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => change('"1-0"')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
    expect(await (await api.send("GET", path)).json()).toMatchObject({ version: 2 });
  });

  test("refuses half a post", async () => {
    expect((await change(undefined, { title: "Only a title" })).status).toBe(400);
  });

  test("answers 404 for a post that is not there", async () => {
    const response = await api.send("PUT", `/api/v1/posts/${idOf(404)}`, { as: "alice", body: changed });
    expect(response.status).toBe(404);
  });
});

describe("DELETE /api/v1/posts/{id}", () => {
  beforeEach(() => create());

  test("deletes the post with its comments and favorites", async () => {
    const comment = await api.send("POST", `${path}/comments`, { as: "bob", body: { content: "Nice" } });
    await api.send("PUT", `${path}/favorite`, { as: "bob" });
    const response = await api.send("DELETE", path, { as: "alice" });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    for (const gone of [path, `${path}/comments`, String(comment.headers.get("location"))])
      expect((await api.send("GET", gone)).status).toBe(404);
    expect(await itemsIn(await api.send("GET", "/api/v1/favorites", { as: "bob" }))).toEqual([]);
    expect(await itemsIn(await api.send("GET", "/api/v1/posts"))).toEqual([]);
  });

  test("may be asked for again, by its author", async () => {
    await api.send("DELETE", path, { as: "alice" });
    expect((await api.send("DELETE", path, { as: "alice" })).status).toBe(204);
    expect((await api.send("DELETE", path, { as: "bob" })).status).toBe(404);
  });

  test("spares a post that has changed", async () => {
    await api.send("PUT", path, { as: "alice", body: input });
    const headers = { "if-match": '"1-0"' };
    expect((await api.send("DELETE", path, { as: "alice", headers })).status).toBe(412);
    expect((await api.send("GET", path)).status).toBe(200);
  });
});
