import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { NotFound } from "../../../domain/shared/errors";
import { postId, postOf, tombstoneOf } from "../doubles/examples";
import { type Stores, walk } from "../doubles/stores";

/** Describes what every store of favorites does. */
export function favoriteStoreContract(kind: string, emptyStores: () => Promise<Stores>, runs: number): void {
  describe(`the ${kind} store of favorites`, () => {
    let stores: Stores;
    async function start(posts = 3) {
      stores = await emptyStores();
      for (let n = 0; n < posts; n++) await stores.posts.create(postOf(n), "request");
    }
    beforeEach(() => start());
    const add = (user: string, n: number, at = n) =>
      stores.favorites.add({ user_id: user, post_id: postId(n), created_at: new Date(at).toISOString() });
    const remove = (user: string, n: number) => stores.favorites.remove(user, postId(n));
    const countOf = async (n: number) => (await stores.posts.get(postId(n)))?.favorite_count;
    const of = async (user: string, limit = 10) => {
      const all = await walk((from) => stores.favorites.newestOf(user, limit, from));
      return all.map(({ post_id }) => post_id);
    };

    test("keeps a favorite of the same post once, as of the first time", async () => {
      await add("ann", 1, 1_000);
      await add("ann", 1, 2_000);
      const first = { user_id: "ann", post_id: postId(1), created_at: "1970-01-01T00:00:01.000Z" };
      expect(await stores.favorites.newestOf("ann", 10)).toEqual({ items: [first] });
      expect(await countOf(1)).toBe(1);
    });

    test("counts on the post, and changes nothing else of it", async () => {
      await add("ann", 1);
      await add("bob", 1);
      expect(await stores.posts.get(postId(1))).toEqual(postOf(1, { favorite_count: 2 }));
      expect((await stores.posts.newest(10)).items).toContainEqual(postOf(1, { favorite_count: 2 }));
      await remove("ann", 1);
      await remove("ann", 1);
      expect(await countOf(1)).toBe(1);
    });

    test("lists a user's own, the newest favorite first", async () => {
      await add("ann", 1, 3);
      await add("ann", 0, 5);
      await add("ann", 2, 4);
      await add("bob", 1, 9);
      expect(await of("ann")).toEqual([0, 2, 1].map(postId));
      expect(await of("eve")).toEqual([]);
    });

    test("takes and removes none of a post that is deleted, or was never there", async () => {
      await add("ann", 1);
      await stores.posts.bury(tombstoneOf(1, "2026-01-01T00:00:00.000Z"));
      for (const n of [1, 404]) {
        await expect(add("bob", n)).rejects.toThrow(new NotFound("post"));
        await expect(remove("ann", n)).rejects.toThrow(new NotFound("post"));
      }
      expect(await of("bob")).toEqual([]);
      expect(await stores.posts.get(postId(404))).toBeUndefined();
    });

    test("removes everyone's of one post", async () => {
      for (const user of ["ann", "bob", "eve", "zoe"]) for (const n of [1, 2]) await add(user, n);
      for await (const _ of stores.favorites.removeAllOf(postId(1)));
      for (const user of ["ann", "bob", "eve", "zoe"]) expect(await of(user)).toEqual([postId(2)]);
    });

    test("lists every favorite once, page by page, while others come and go", async () => {
      const scenario = fc.record({
        ages: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 10 }),
        limit: fc.integer({ min: 1, max: 4 }),
        others: fc.array(fc.boolean(), { maxLength: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(scenario, async ({ ages, limit, others }) => {
          await start(14);
          for (const [n, age] of ages.entries()) await add("ann", n, 1e6 - age);
          let next = 10;
          const rest = [...others];
          const listed = await walk(
            (from) => stores.favorites.newestOf("ann", limit, from),
            async () => {
              const goes = rest.pop();
              if (goes === undefined) return;
              await add("ann", next, 1e6 - 1);
              if (goes) await remove("ann", next);
              next += 1;
            },
          );
          const ids = listed.map(({ post_id }) => post_id);
          const known = ages.map((_, n) => postId(n));
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.filter((id) => known.includes(id)).sort()).toEqual(known);
        }),
        { numRuns: runs },
      );
    });

    test("counts as many as there are after any history of users who all act at once", async () => {
      const step = fc.record({
        user: fc.constantFrom("ann", "bob", "eve"),
        post: fc.integer({ min: 0, max: 1 }),
        adds: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 3 }), async (rounds) => {
          await start(2);
          for (const round of rounds)
            await Promise.all(round.map(({ user, post, adds }) => (adds ? add(user, post) : remove(user, post))));
          const favorites = (await Promise.all(["ann", "bob", "eve"].map((user) => of(user)))).flat();
          for (const post of [0, 1])
            expect(await countOf(post)).toBe(favorites.filter((id) => id === postId(post)).length);
        }),
        { numRuns: runs },
      );
    });
  });
}
