import { beforeEach, describe, expect, test } from "@jest/globals";
import { createApp } from "../../../api/app";
import { itemsIn } from "../../support/answers";
import { idOf, memoryServices } from "../../support/doubles/services";
import { postOf } from "../../support/doubles/things";

const post = postOf(1);
const path = `/api/v1/posts/${post.id}/comments`;

let made: ReturnType<typeof memoryServices>;
let app: ReturnType<typeof createApp>;
beforeEach(async () => {
  made = memoryServices();
  app = createApp(made.services);
  await made.services.posts.create(post, "request");
});

const create = (content: unknown, to = path) =>
  app.request(to, {
    method: "POST",
    headers: { "content-type": "application/json", "x-request-id": "r1" },
    body: JSON.stringify({ content }),
  });

describe("POST /api/v1/posts/{id}/comments", () => {
  test("creates a comment and announces it with the request's id", async () => {
    const response = await create("Nice");
    expect(response.status).toBe(201);
    const comment = { id: idOf(1), post_id: post.id, content: "Nice", created_at: "2026-01-01T00:00:00.000Z" };
    expect(await response.json()).toEqual(comment);
    expect(made.announced).toEqual([
      { message: { id: idOf(1), type: "comment.created", data: comment }, requestId: "r1" },
    ]);
  });

  test.each([idOf(404), "not-an-id"])("answers 404 for the post %s and announces nothing", async (id) => {
    const response = await create("Nice", `/api/v1/posts/${id}/comments`);
    expect(response.status).toBe(404);
    expect(made.announced).toEqual([]);
  });

  test("announces nothing that it refuses", async () => {
    expect((await create("")).status).toBe(400);
    expect(made.announced).toEqual([]);
  });
});

describe("GET /api/v1/posts/{id}/comments", () => {
  test("lists the newest first, as many as asked for", async () => {
    for (const content of ["one", "two", "three"]) await create(content);
    const items = await itemsIn(await app.request(`${path}?limit=2`));
    expect(items).toMatchObject([{ content: "three" }, { content: "two" }]);
  });

  test("lists nothing for a post without comments", async () => {
    expect(await itemsIn(await app.request(path))).toEqual([]);
  });

  test("answers 404 for a post that does not exist", async () => {
    expect((await app.request(`/api/v1/posts/${idOf(404)}/comments`)).status).toBe(404);
  });
});
