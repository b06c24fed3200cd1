import { beforeEach, describe, expect, test } from "@jest/globals";
import { deletePost } from "../../../domain/deletion/deletion";
import { Forbidden, NotFound, Stale } from "../../../domain/shared/errors";
import { commentOf, postId, postOf } from "../../support/doubles/examples";
import { memoryTables } from "../../support/doubles/memory/tables";
import { memoryStores, type Stores } from "../../support/doubles/stores";

const author = { uid: "author", anonymous: false };
const now = () => new Date(Date.UTC(2026, 0, 1));
let tables: ReturnType<typeof memoryTables>;
let stores: Stores;
const remove = (version?: number) => deletePost({ ...stores, now }, author, postId(1), version);

beforeEach(async () => {
  tables = memoryTables();
  stores = memoryStores(tables);
  await stores.posts.create(postOf(1), "request");
  await stores.comments.create(commentOf(1), "request");
  await stores.favorites.add({ user_id: "user", post_id: postId(1), created_at: "2026" });
});

describe("deletePost", () => {
  test("leaves nothing of the post that can be read or added to; what it left is removed in the background", async () => {
    await remove();
    expect(await stores.posts.get(postId(1))).toBeUndefined();
    expect(await stores.posts.newest(10)).toEqual({ items: [] });
    await expect(stores.comments.create(commentOf(2), "request")).rejects.toThrow(NotFound);
    expect([tables.comments.size, tables.favorites.size]).toEqual([1, 1]);
    expect(await stores.posts.tombstone(postId(1))).toEqual({
      id: postId(1),
      author_id: "author",
      deleted_at: now().toISOString(),
    });
  });

  test("refuses who is not the author, another version, and what was never there", async () => {
    const other = deletePost({ ...stores, now }, { uid: "other", anonymous: false }, postId(1));
    await expect(other).rejects.toThrow(Forbidden);
    await expect(remove(2)).rejects.toThrow(new Stale("post"));
    await expect(deletePost({ ...stores, now }, author, postId(404))).rejects.toThrow(new NotFound("post"));
    expect(tables.posts.size).toBe(1);
  });

  test("may be asked for again by the author; to others the post was never there", async () => {
    await remove(1);
    await remove(1);
    const other = deletePost({ ...stores, now }, { uid: "other", anonymous: false }, postId(1));
    await expect(other).rejects.toThrow(new NotFound("post"));
  });
});
