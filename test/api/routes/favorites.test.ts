import { beforeEach, describe, expect, test } from "@jest/globals";
import { type Api, apiInMemory } from "../../support/api";
import { idOf } from "../../support/doubles/services";
import { itemsIn } from "../../support/responses";

let api: Api;
beforeEach(async () => {
  api = apiInMemory();
  for (const title of ["one", "two"])
    await api.send("POST", "/api/v1/posts", { as: "alice", body: { title, content: "Content" } });
});

const favorite = (n: number) => `/api/v1/posts/${idOf(n)}/favorite`;
const count = async (n: number) => {
  const { favorite_count } = Object(await (await api.send("GET", `/api/v1/posts/${idOf(n)}`)).json());
  return favorite_count;
};

describe("PUT /api/v1/posts/{id}/favorite", () => {
  test("counts each user once, however often and at once they ask", async () => {
    const asked = ["bob", "bob", "carol", "bob", "alice"].map((as) => api.send("PUT", favorite(1), { as }));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
    expect(await count(1)).toBe(3);
    expect(await count(2)).toBe(0);
  });

  test.each([idOf(404), "not-an-id"])("answers 404 for the post %s", async (id) => {
    expect((await api.send("PUT", `/api/v1/posts/${id}/favorite`, { as: "bob" })).status).toBe(404);
  });
});

test("DELETE /api/v1/posts/{id}/favorite takes it back, once", async () => {
  for (const as of ["bob", "carol"]) await api.send("PUT", favorite(1), { as });
  for (const _ of [1, 2]) expect((await api.send("DELETE", favorite(1), { as: "bob" })).status).toBe(204);
  expect(await count(1)).toBe(1);
});

test("GET /api/v1/favorites lists the caller's, the newest favorite first", async () => {
  for (const n of [2, 1]) await api.send("PUT", favorite(n), { as: "bob" });
  await api.send("PUT", favorite(1), { as: "carol" });
  const items = await itemsIn(await api.send("GET", "/api/v1/favorites", { as: "bob" }));
  expect(items).toMatchObject([{ post: { title: "one", favorite_count: 2 } }, { post: { title: "two" } }]);
  expect(await itemsIn(await api.send("GET", "/api/v1/favorites", { as: "alice" }))).toEqual([]);
});
