import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type PostStore, postFields } from "../../../domain/posts/posts";
import { IdempotencyKeyReused, NotFound, Stale } from "../../../domain/shared/errors";
import { postId, postOf, tombstoneOf } from "../doubles/examples";
import { type Stores, walk } from "../doubles/stores";

const deletedAt = "2026-01-01T00:00:00.000Z";
const input = postFields.in({ title: "New title", content: "New content" });
const later = "2030-01-01T00:00:00.000Z";

/** Describes what every store of posts does. */
export function postStoreContract(kind: string, emptyStores: () => Promise<Stores>, runs: number): void {
  describe(`the ${kind} store of posts`, () => {
    let store: PostStore;
    beforeEach(async () => {
      store = (await emptyStores()).posts;
    });
    const create = (n: number, changes = {}) => store.create(postOf(n, changes), `request ${n}`);
    const newest = async (limit: number) => (await store.newest(limit)).items;

    test("returns a post as it was created", async () => {
      const written = postOf(1, { title: "題 👩‍👩‍👧", content: "a\nb\u00a0c" });
      expect(await store.create(written, "request")).toEqual(written);
      expect(await store.get(written.id)).toEqual(written);
    });

    test("returns nothing for an unknown id", async () => {
      expect(await store.get(postId(404))).toBeUndefined();
      expect(await store.tombstone(postId(404))).toBeUndefined();
    });

    test("keeps the first post when the same request creates it twice, as it is by now", async () => {
      await create(1);
      const changed = await store.update(postId(1), input, later);
      expect(await create(1, { created_at: later })).toEqual(changed);
      expect(await newest(10)).toEqual([changed]);
    });

    test("refuses an id that another request has taken, or that is deleted", async () => {
      await create(1);
      await expect(store.create(postOf(1), "another")).rejects.toThrow(IdempotencyKeyReused);
      await store.bury(tombstoneOf(1, deletedAt));
      await expect(create(1)).rejects.toThrow(IdempotencyKeyReused);
      expect(await newest(10)).toEqual([]);
    });

    test("returns those of many posts that are there", async () => {
      for (const n of [1, 2, 3]) await create(n);
      await store.bury(tombstoneOf(2, deletedAt));
      const found = await store.getAll([1, 2, 3, 404].map(postId));
      expect(found.map(({ id }) => id).sort()).toEqual([1, 3].map(postId));
      expect(await store.getAll([])).toEqual([]);
    });

    describe("listing", () => {
      test("lists nothing when there is nothing", async () => {
        expect(await store.newest(10)).toEqual({ items: [] });
      });

      test("lists the newest first, in whatever order they were created", async () => {
        const order = [7, 3, 11, 1, 9, 5, 2, 12, 4, 10, 8, 6];
        for (const n of order) await create(n);
        expect(await newest(100)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => postOf(n)));
      });

      test("lists the newest of all, however they are spread", async () => {
        // Ids that end alike share a partition: the first five newest do, the others do not.
        const ids = [0x10, 0x20, 0x30, 0x40, 0x50, 1, 2, 3];
        for (const [age, n] of ids.entries()) await create(n, { created_at: new Date(1e6 - age).toISOString() });
        expect((await newest(5)).map(({ id }) => id)).toEqual([0x10, 0x20, 0x30, 0x40, 0x50].map(postId));
      });

      test("lists every post once, page by page, while others are created and deleted", async () => {
        const scenario = fc.record({
          // The times are few, so that many posts are of the same millisecond.
          ages: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 16 }),
          limit: fc.integer({ min: 1, max: 5 }),
          newcomers: fc.array(fc.record({ age: fc.integer({ min: 0, max: 4 }), goes: fc.boolean() }), { maxLength: 4 }),
        });
        await fc.assert(
          fc.asyncProperty(scenario, async ({ ages, limit, newcomers }) => {
            store = (await emptyStores()).posts;
            const at = (age: number) => ({ created_at: new Date(1e6 - age).toISOString() });
            for (const [n, age] of ages.entries()) await create(n, at(age));
            let next = 100;
            const rest = [...newcomers];
            const listed = await walk(
              (from) => store.newest(limit, from),
              async () => {
                const newcomer = rest.pop();
                if (!newcomer) return;
                await create(++next, at(newcomer.age));
                if (newcomer.goes) await store.bury(tombstoneOf(next, deletedAt));
              },
            );
            const ids = listed.map(({ id }) => id);
            const known = ages.map((_, n) => postId(n));
            expect(new Set(ids).size).toBe(ids.length);
            expect(ids.filter((id) => known.includes(id)).sort()).toEqual(known);
            // A newcomer that is older than what is listed already comes late, if it comes at all.
            const times = listed.filter(({ id }) => known.includes(id)).map(({ created_at }) => created_at);
            expect(times).toEqual([...times].sort().reverse());
          }),
          { numRuns: runs },
        );
      });
    });

    describe("changing", () => {
      beforeEach(() => create(1));

      test("changes what the author wrote, and counts the version up", async () => {
        const changed = { ...postOf(1), ...input, version: 2, updated_at: later };
        expect(await store.update(postId(1), input, later)).toEqual(changed);
        expect(await store.get(postId(1))).toEqual(changed);
        expect(await newest(10)).toEqual([changed]);
      });

      test("changes nothing but the version asked for", async () => {
        await store.update(postId(1), input, later, 1);
        const stale = postFields.in({ title: "Stale", content: "Stale" });
        await expect(store.update(postId(1), stale, later, 1)).rejects.toThrow(new Stale("post"));
        await expect(store.update(postId(1), stale, later, 3)).rejects.toThrow(Stale);
        expect(await store.get(postId(1))).toMatchObject(input);
      });

      test("of many who change the same version one succeeds", async () => {
        const attempts = Array.from({ length: 8 }, (_, n) =>
          store.update(postId(1), postFields.in({ title: `T${n}`, content: "c" }), new Date(n).toISOString(), 1),
        );
        const outcomes = await Promise.allSettled(attempts);
        const [done, ...others] = outcomes.flatMap((outcome) =>
          outcome.status === "fulfilled" ? [outcome.value] : [],
        );
        expect(others).toEqual([]);
        expect(await store.get(postId(1))).toEqual(done);
        for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Stale);
      });

      test("does not bring back what is deleted, or was never there", async () => {
        await store.bury(tombstoneOf(1, deletedAt));
        for (const id of [1, 404].map(postId))
          await expect(store.update(id, input, later)).rejects.toThrow(new NotFound("post"));
        expect(await store.get(postId(1))).toBeUndefined();
      });
    });

    describe("deleting", () => {
      beforeEach(() => create(1));

      test("leaves a tombstone that no read or list of posts knows", async () => {
        await store.bury(tombstoneOf(1, deletedAt), 1);
        expect(await store.get(postId(1))).toBeUndefined();
        expect(await newest(10)).toEqual([]);
        expect(await store.tombstone(postId(1))).toEqual({
          id: postId(1),
          author_id: "author",
          deleted_at: deletedAt,
        });
      });

      test("is done once, and keeps the time of the first", async () => {
        await store.bury(tombstoneOf(1, deletedAt), 1);
        await store.bury(tombstoneOf(1, later), 1);
        expect(await store.tombstone(postId(1))).toMatchObject({ deleted_at: deletedAt });
      });

      test("refuses another version, and what was never there", async () => {
        await expect(store.bury(tombstoneOf(1, deletedAt), 2)).rejects.toThrow(Stale);
        await expect(store.bury(tombstoneOf(404, deletedAt))).rejects.toThrow(NotFound);
        expect(await store.get(postId(1))).toEqual(postOf(1));
      });

      test("lists the oldest tombstones first, up to a time", async () => {
        const at = (n: number) => new Date(n * 1_000).toISOString();
        for (const n of [2, 3, 4]) await create(n);
        for (const n of [3, 1, 4]) await store.bury(tombstoneOf(n, at(n)));
        expect((await store.tombstonesBefore(at(4), 10)).map(({ id }) => id)).toEqual([1, 3].map(postId));
        expect((await store.tombstonesBefore(at(5), 2)).map(({ id }) => id)).toEqual([1, 3].map(postId));
      });

      test("settles a tombstone, but never a post: its id stays taken, and nothing shows it", async () => {
        await store.settle(tombstoneOf(1, deletedAt));
        expect(await store.get(postId(1))).toEqual(postOf(1));
        await store.bury(tombstoneOf(1, deletedAt));
        await store.settle(tombstoneOf(1, deletedAt));
        await store.settle(tombstoneOf(1, deletedAt));
        expect(await store.tombstone(postId(1))).toBeUndefined();
        expect(await store.tombstonesBefore(later, 10)).toEqual([]);
        expect(await store.get(postId(1))).toBeUndefined();
        expect(await store.getAll([postId(1)])).toEqual([]);
        expect(await newest(10)).toEqual([]);
        await expect(create(1)).rejects.toThrow(IdempotencyKeyReused);
        await expect(store.update(postId(1), input, later)).rejects.toThrow(new NotFound("post"));
      });
    });
  });
}
