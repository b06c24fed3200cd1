import { beforeEach, describe, expect, test } from "@jest/globals";
import { createApp } from "../../../api/app";
import { itemsIn, problemIn } from "../../support/answers";
import { idOf, memoryServices } from "../../support/doubles/services";

let app: ReturnType<typeof createApp>;
beforeEach(() => {
  app = createApp(memoryServices().services);
});

const create = (body: unknown) =>
  app.request("/api/v1/posts", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("POST /api/v1/posts", () => {
  test("creates a post and says where it is", async () => {
    const response = await create({ title: "Title", content: "Content" });
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(`/api/v1/posts/${idOf(1)}`);
    const post = { id: idOf(1), title: "Title", content: "Content", created_at: "2026-01-01T00:00:00.000Z" };
    expect(await response.json()).toEqual(post);
    expect(await (await app.request(`/api/v1/posts/${idOf(1)}`)).json()).toEqual(post);
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
});

describe("GET /api/v1/posts", () => {
  beforeEach(async () => {
    for (let n = 1; n <= 25; n++) await create({ title: `Title ${n}`, content: "Content" });
  });

  const titles = async (query = "") =>
    (await itemsIn(await app.request(`/api/v1/posts${query}`))).map(({ title }) => title);

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
      const response = await app.request(`https://api.internal/api/v1/posts/${id}/`.replace("/../", "/dots/"));
      expect(response.status).toBe(404);
      expect((await problemIn(response)).detail).toBe("There is no post with this id.");
    },
  );
});
