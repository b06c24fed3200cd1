import { expect, test } from "@jest/globals";
import { addFavorite, listFavorites, removeFavorite } from "../../../domain/favorites/favorites";
import { postId, postOf, tombstoneOf } from "../../support/doubles/examples";
import { memoryStores } from "../../support/doubles/stores";

const ann = { uid: "ann", anonymous: false };

test("listFavorites shows the posts themselves, as they are, without those that are gone", async () => {
  let seconds = 10;
  const services = { ...memoryStores(), now: () => new Date(seconds++ * 1_000) };
  for (const n of [1, 2, 3]) {
    await services.posts.create(postOf(n), "request");
    await addFavorite(services, ann, postId(n));
  }
  await services.posts.bury(tombstoneOf(2, "2026-01-01T00:00:00.000Z"));
  expect(await listFavorites(services, ann, 10)).toEqual({
    items: [
      { post: postOf(3, { favorite_count: 1 }), favorited_at: "1970-01-01T00:00:12.000Z" },
      { post: postOf(1, { favorite_count: 1 }), favorited_at: "1970-01-01T00:00:10.000Z" },
    ],
  });
  const first = await listFavorites(services, ann, 2);
  expect(first.items).toHaveLength(1);
  expect(await listFavorites(services, ann, 2, first.next)).toMatchObject({ items: [{ post: { id: postId(1) } }] });
  await removeFavorite(services, ann, postId(3));
  expect((await listFavorites(services, ann, 10)).items).toHaveLength(1);
});
