import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { commentFields } from "../../../domain/comments/comments";
import { IdempotencyKeyReused, NotFound, Stale } from "../../../domain/shared/errors";
import { commentOf, postId, postOf, tombstoneOf } from "../doubles/examples";
import { idOf } from "../doubles/services";
import { type Stores, walk } from "../doubles/stores";

const input = commentFields.in({ content: "New content" });
const later = "2030-01-01T00:00:00.000Z";

/** Describes what every store of comments does. */
export function commentStoreContract(kind: string, emptyStores: () => Promise<Stores>, runs: number): void {
  describe(`the ${kind} store of comments`, () => {
    let stores: Stores;
    async function start() {
      stores = await emptyStores();
      for (const n of [1, 2]) await stores.posts.create(postOf(n), `request ${n}`);
    }
    beforeEach(start);
    const create = (n: number, changes = {}) => stores.comments.create(commentOf(n, changes), `request ${n}`);
    const newestOf = async (id: string, limit = 10) => (await stores.comments.newestOf(id, limit)).items;

    test("lists nothing for a post without comments", async () => {
      expect(await stores.comments.newestOf(postId(1), 10)).toEqual({ items: [] });
    });

    test("returns a comment as it was created", async () => {
      const written = commentOf(3, { content: "a\n👩‍👩‍👧" });
      expect(await stores.comments.create(written, "request")).toEqual(written);
      expect(await stores.comments.get(written.id)).toEqual(written);
      expect(await stores.comments.get(idOf(404))).toBeUndefined();
    });

    test("lists a post's comments, newest first, as many as asked for", async () => {
      for (const n of [5, 3, 4]) await create(n);
      await create(6, { post_id: postId(2) });
      expect(await newestOf(postId(1))).toEqual([5, 4, 3].map((n) => commentOf(n)));
      expect(await newestOf(postId(1), 2)).toEqual([5, 4].map((n) => commentOf(n)));
    });

    test("keeps the first comment when the same request creates it twice, as it is by now", async () => {
      await create(3);
      const changed = await stores.comments.update(idOf(3), input, later);
      expect(await create(3, { created_at: later })).toEqual(changed);
      expect(await newestOf(postId(1))).toEqual([changed]);
    });

    test("refuses an id that another request has taken", async () => {
      await create(3);
      await expect(stores.comments.create(commentOf(3), "another")).rejects.toThrow(IdempotencyKeyReused);
    });

    test("takes no comment on a post that is deleted, or was never there", async () => {
      await create(3);
      await stores.posts.bury(tombstoneOf(1, later));
      for (const n of [3, 4]) await expect(create(n)).rejects.toThrow(new NotFound("post"));
      await expect(create(5, { post_id: postId(404) })).rejects.toThrow(new NotFound("post"));
      for (const n of [4, 5]) expect(await stores.comments.get(idOf(n))).toBeUndefined();
    });

    test("changes a comment, and counts the version up", async () => {
      await create(3);
      const changed = { ...commentOf(3), ...input, version: 2, updated_at: later };
      expect(await stores.comments.update(idOf(3), input, later, 1)).toEqual(changed);
      expect(await stores.comments.get(idOf(3))).toEqual(changed);
    });

    test("changes and removes nothing but the version asked for", async () => {
      await create(3);
      await stores.comments.update(idOf(3), input, later, 1);
      await expect(stores.comments.update(idOf(3), commentFields.in({ content: "Stale" }), later, 1)).rejects.toThrow(
        Stale,
      );
      await expect(stores.comments.remove(idOf(3), later, 1)).rejects.toThrow(new Stale("comment"));
      expect(await stores.comments.get(idOf(3))).toMatchObject(input);
      await stores.comments.remove(idOf(3), later, 2);
      expect(await stores.comments.get(idOf(3))).toBeUndefined();
    });

    test("removes a comment once and for all: doing it again, or changing it, does not bring it back", async () => {
      await create(3);
      await stores.comments.remove(idOf(3), later);
      await stores.comments.remove(idOf(3), later, 1);
      await expect(stores.comments.update(idOf(3), input, later)).rejects.toThrow(new NotFound("comment"));
      expect(await newestOf(postId(1))).toEqual([]);
    });

    test("does not create a removed comment again when the request that created it comes again", async () => {
      await create(3);
      await create(4);
      await stores.comments.remove(idOf(3), later, 1);
      await expect(create(3)).rejects.toThrow(IdempotencyKeyReused);
      expect(await stores.comments.get(idOf(3))).toBeUndefined();
      expect(await newestOf(postId(1))).toEqual([commentOf(4)]);
      for await (const _ of stores.comments.removeAllOf(postId(1)));
      await expect(create(3)).rejects.toThrow(IdempotencyKeyReused);
    });

    test("forgets nothing of a comment that it was asked to remove but never had: it can be created", async () => {
      await stores.comments.remove(idOf(3), later);
      expect(await create(3)).toEqual(commentOf(3));
    });

    test("removes all comments on a post, and no other's", async () => {
      for (let n = 3; n < 9; n++) await create(n);
      await create(9, { post_id: postId(2) });
      for await (const _ of stores.comments.removeAllOf(postId(1)));
      expect(await newestOf(postId(1))).toEqual([]);
      expect(await newestOf(postId(2))).toEqual([commentOf(9, { post_id: postId(2) })]);
    });

    test("lists every comment once, page by page, while others are created and removed", async () => {
      const scenario = fc.record({
        ages: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 }),
        limit: fc.integer({ min: 1, max: 5 }),
        newcomers: fc.array(fc.record({ age: fc.integer({ min: 0, max: 3 }), goes: fc.boolean() }), { maxLength: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(scenario, async ({ ages, limit, newcomers }) => {
          await start();
          const at = (age: number) => ({ created_at: new Date(1e6 - age).toISOString() });
          for (const [n, age] of ages.entries()) await create(n, at(age));
          let next = 100;
          const rest = [...newcomers];
          const listed = await walk(
            (from) => stores.comments.newestOf(postId(1), limit, from),
            async () => {
              const newcomer = rest.pop();
              if (!newcomer) return;
              await create(++next, at(newcomer.age));
              if (newcomer.goes) await stores.comments.remove(idOf(next), later);
            },
          );
          const ids = listed.map(({ id }) => id);
          const known = ages.map((_, n) => idOf(n));
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.filter((id) => known.includes(id)).sort()).toEqual(known);
        }),
        { numRuns: runs },
      );
    });
  });
}
