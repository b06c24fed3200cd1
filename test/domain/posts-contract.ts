import { beforeEach, describe, expect, test } from "@jest/globals";
import { newPost, type PostStore } from "../../domain/posts";

const id = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
const post = (n: number, at = n) =>
  newPost({ title: `Title ${n}`, content: `Content ${n}` }, id(n), new Date(at * 1000));

/** What every store of posts does. */
export function postStoreContract(kind: string, emptyStore: () => Promise<PostStore>): void {
  describe(`the ${kind} store of posts`, () => {
    let store: PostStore;
    beforeEach(async () => {
      store = await emptyStore();
    });

    test("returns a post as it was created", async () => {
      const written = newPost({ title: "題 👩‍👩‍👧", content: "a\nb\u00a0c" }, id(1), new Date(1));
      await store.create(written);
      expect(await store.get(written.id)).toEqual(written);
    });

    test("returns nothing for an unknown id", async () => {
      expect(await store.get(id(404))).toBeUndefined();
    });

    test("keeps one post when it is created twice", async () => {
      await store.create(post(1));
      await store.create(post(1));
      expect(await store.newest(10)).toEqual([post(1)]);
    });

    test("lists nothing when there is nothing", async () => {
      expect(await store.newest(10)).toEqual([]);
    });

    test("lists the newest first, in whatever order they were created", async () => {
      const order = [7, 3, 11, 1, 9, 5, 2, 12, 4, 10, 8, 6];
      for (const n of order) await store.create(post(n));
      expect(await store.newest(100)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => post(n)));
    });

    test("lists the newest of all, however they are spread", async () => {
      // Ids that end alike share a partition: the first five newest do, the others do not.
      const ids = [0x10, 0x20, 0x30, 0x40, 0x50, 1, 2, 3];
      for (const [age, n] of ids.entries()) await store.create(post(n, 100 - age));
      expect((await store.newest(5)).map((found) => found.id)).toEqual([0x10, 0x20, 0x30, 0x40, 0x50].map(id));
    });

    test("lists posts of the same millisecond in one fixed order", async () => {
      for (const n of [2, 4, 1, 3]) await store.create(post(n, 1));
      expect((await store.newest(4)).map((found) => found.id)).toEqual([4, 3, 2, 1].map(id));
    });
  });
}
