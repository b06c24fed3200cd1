import { beforeEach, describe, expect, test } from "@jest/globals";
import { type CommentStore, newComment } from "../../domain/comments";

const id = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
const post = id(1);
const other = id(2);
const comment = (n: number, postId = post, at = n) =>
  newComment({ content: `Comment ${n}` }, postId, id(n), new Date(at * 1000));

/** What every store of comments does. */
export function commentStoreContract(kind: string, emptyStore: () => Promise<CommentStore>): void {
  describe(`the ${kind} store of comments`, () => {
    let store: CommentStore;
    beforeEach(async () => {
      store = await emptyStore();
    });

    test("lists nothing for a post without comments", async () => {
      expect(await store.newestOf(post, 10)).toEqual([]);
    });

    test("lists a post's comments as they were created, newest first", async () => {
      for (const n of [5, 3, 4]) await store.create(comment(n));
      expect(await store.newestOf(post, 10)).toEqual([comment(5), comment(4), comment(3)]);
    });

    test("lists no other post's comments", async () => {
      await store.create(comment(3));
      await store.create(comment(4, other));
      expect(await store.newestOf(other, 10)).toEqual([comment(4, other)]);
    });

    test("lists as many as asked for, the newest", async () => {
      for (const n of [3, 4, 5, 6]) await store.create(comment(n));
      expect(await store.newestOf(post, 2)).toEqual([comment(6), comment(5)]);
    });

    test("keeps one comment when it is created twice", async () => {
      await store.create(comment(3));
      await store.create(comment(3));
      expect(await store.newestOf(post, 10)).toEqual([comment(3)]);
    });

    test("lists comments of the same millisecond in one fixed order", async () => {
      for (const n of [4, 3, 5]) await store.create(comment(n, post, 1));
      expect((await store.newestOf(post, 10)).map((found) => found.id)).toEqual([5, 4, 3].map(id));
    });
  });
}
