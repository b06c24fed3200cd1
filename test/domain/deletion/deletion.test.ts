import { beforeEach, describe, expect, test } from "@jest/globals";
import { deletePost } from "../../../domain/deletion/deletion";
import { Forbidden, NotFound, Stale } from "../../../domain/shared/errors";
import { commentOf, postId, postOf, tombstoneOf } from "../../support/doubles/examples";
import { recordingLog } from "../../support/doubles/log";
import { memoryTables } from "../../support/doubles/memory/tables";
import { idOf } from "../../support/doubles/services";
import { memoryStores, type Stores } from "../../support/doubles/stores";

const author = { uid: "author", anonymous: false };
const start = Date.UTC(2026, 0, 1);
const hours = (n: number) => n * 60 * 60 * 1_000;

let tables: ReturnType<typeof memoryTables>;
let stores: Stores;
let log: ReturnType<typeof recordingLog>;
let time: number;
const now = () => new Date(time);
const services = () => ({ ...stores, log, now });
const remove = (n: number, version?: number) => deletePost(services(), author, postId(n), version);

async function publish(n: number, comments = 5, favorites = 3): Promise<void> {
  await stores.posts.create(postOf(n), "request");
  for (let c = 0; c < comments; c++)
    await stores.comments.create(commentOf(n * 100 + c, { post_id: postId(n) }), "request");
  for (let f = 0; f < favorites; f++)
    await stores.favorites.add({ user_id: `user ${f}`, post_id: postId(n), created_at: "2026" });
}

/** Returns what is stored of the post and on it, besides its tombstone. */
const leftOf = (n: number) => ({
  post: tables.posts.has(postId(n)),
  comments: [...tables.comments.values()].filter(({ resource }) => resource.post_id === postId(n)).length,
  favorites: [...tables.favorites.values()].filter(({ post_id }) => post_id === postId(n)).length,
});
const NONE = { post: false, comments: 0, favorites: 0 };

beforeEach(() => {
  tables = memoryTables();
  stores = memoryStores(tables);
  log = recordingLog();
  time = start;
});

describe("deletePost", () => {
  beforeEach(async () => {
    await publish(1);
    await publish(2);
  });

  test("removes the post, its comments and its favorites, and nothing of another's", async () => {
    await remove(1);
    expect(leftOf(1)).toEqual(NONE);
    expect(leftOf(2)).toEqual({ post: true, comments: 5, favorites: 3 });
  });

  test("refuses who is not the author, another version, and what was never there", async () => {
    const other = deletePost(services(), { uid: "other", anonymous: false }, postId(1));
    await expect(other).rejects.toThrow(Forbidden);
    await expect(remove(1, 2)).rejects.toThrow(new Stale("post"));
    await expect(remove(404)).rejects.toThrow(new NotFound("post"));
    expect(leftOf(1)).toEqual({ post: true, comments: 5, favorites: 3 });
  });

  test("may be asked for again by the author; to others the post was never there", async () => {
    await remove(1, 1);
    await remove(1, 1);
    const other = deletePost(services(), { uid: "other", anonymous: false }, postId(1));
    await expect(other).rejects.toThrow(new NotFound("post"));
  });

  test("removes a comment that came into the index late, and then settles the tombstone, with a later deletion", async () => {
    await remove(1);
    tables.comments.set(idOf(900), { resource: commentOf(900), request: "late" });
    time += hours(1) + 1;
    await remove(2);
    expect(leftOf(1)).toEqual(NONE);
    expect([...tables.tombstones.keys()]).toEqual([postId(2)]);
  });

  test("does not settle the tombstone for an hour, whoever deletes what", async () => {
    await remove(1);
    time += hours(1);
    await remove(2);
    await remove(1);
    expect(tables.tombstones.size).toBe(2);
  });

  test("settles its own tombstone when it is asked for again after an hour", async () => {
    await remove(1);
    time += hours(1) + 1;
    await remove(1);
    expect(tables.tombstones.size).toBe(0);
    await expect(remove(1)).rejects.toThrow(NotFound);
  });

  test("finishes a few older deletions at a time, the oldest first", async () => {
    for (let n = 10; n < 17; n++) {
      time += 1;
      await publish(n, 0, 0);
      await stores.posts.bury(tombstoneOf(n, now().toISOString()));
    }
    time += hours(2);
    await remove(1);
    expect([...tables.tombstones.keys()].sort()).toEqual([1, 15, 16].map(postId));
  });

  test("stops when it has gone on for too long, and is finished later", async () => {
    let looks = 0;
    const slow = { ...services(), now: () => new Date(time + looks++ * 3_000) };
    await deletePost(slow, author, postId(1));
    expect(leftOf(1)).toMatchObject({ post: false, comments: 3 });
    await remove(1);
    expect(leftOf(1)).toEqual(NONE);
  });

  test("goes on with the others when one deletion cannot be finished, and says so", async () => {
    await stores.posts.bury(tombstoneOf(1, now().toISOString()));
    time += hours(2);
    const { removeAllOf } = stores.comments;
    const comments = {
      ...stores.comments,
      async *removeAllOf(id: string) {
        if (id === postId(1)) throw new Error("stuck");
        yield* removeAllOf(id);
      },
    };
    await deletePost({ ...services(), comments }, author, postId(2));
    expect(leftOf(2)).toEqual(NONE);
    expect(leftOf(1)).toMatchObject({ comments: 5 });
    expect(log.at("error")).toHaveLength(1);
  });

  test("deletes its own post also when the older deletions cannot be listed", async () => {
    const posts = { ...stores.posts, tombstonesBefore: () => Promise.reject(new Error("throttled")) };
    await deletePost({ ...services(), posts }, author, postId(1));
    expect(leftOf(1)).toEqual(NONE);
    expect(log.at("error")).toHaveLength(1);
  });
});

describe("deletePost, when the function dies", () => {
  /** Returns the services of a function that dies at the given call to a store: that call and all later ones never happen. */
  function dyingAt(last: number) {
    let calls = 0;
    const step = () => {
      calls += 1;
      if (calls >= last) throw new Error("The function is dead.");
    };
    const dying = <Store extends object>(store: Store): Store =>
      new Proxy(store, {
        get(target, name, receiver) {
          const method: unknown = Reflect.get(target, name, receiver);
          if (typeof method !== "function") return method;
          if (name === "removeAllOf")
            return async function* (...call: unknown[]) {
              step();
              for await (const page of method.apply(target, call)) {
                yield page;
                step();
              }
            };
          return async (...call: unknown[]) => {
            step();
            return method.apply(target, call);
          };
        },
      });
    const { posts, comments, favorites } = stores;
    return {
      services: { ...services(), posts: dying(posts), comments: dying(comments), favorites: dying(favorites) },
      survived: () => calls < last,
    };
  }

  async function dieAt(last: number): Promise<boolean> {
    tables = memoryTables();
    stores = memoryStores(tables);
    time = start;
    await publish(1);
    await publish(2, 1, 1);
    const { services, survived } = dyingAt(last);
    await deletePost(services, author, postId(1)).catch(() => undefined);
    return survived();
  }

  /** Lets the function die at every call that it makes, one after the other, and checks what is left. */
  async function atEveryCall(check: () => Promise<void>): Promise<void> {
    let last = 1;
    while (!(await dieAt(last++))) await check();
    expect(last).toBeGreaterThan(10);
  }

  test("leaves either the whole post or nothing of it that can be read", () =>
    atEveryCall(async () => {
      const post = await stores.posts.get(postId(1));
      const listed = (await stores.posts.newest(10)).items.map(({ id }) => id);
      expect(listed).toEqual(post ? [2, 1].map(postId) : [postId(2)]);
      if (post) expect(leftOf(1)).toEqual({ post: true, comments: 5, favorites: 3 });
      else await expect(stores.comments.create(commentOf(999), "request")).rejects.toThrow(NotFound);
    }));

  test("is finished by asking again", () =>
    atEveryCall(async () => {
      await remove(1);
      expect(leftOf(1)).toEqual(NONE);
    }));

  test("is finished, tombstone and all, by the deletion of another post", () =>
    atEveryCall(async () => {
      if (tables.posts.has(postId(1))) return;
      time += hours(2);
      await remove(2);
      expect(leftOf(1)).toEqual(NONE);
      expect(tables.tombstones.has(postId(1))).toBe(false);
    }));
});
