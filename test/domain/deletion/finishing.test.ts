import { beforeEach, describe, expect, test } from "@jest/globals";
import { finishDeletion, sweepDeletions } from "../../../domain/deletion/finishing";
import { memoryDeletionQueue, work } from "../../support/doubles/deletions";
import { commentOf, postId, postOf, tombstoneOf } from "../../support/doubles/examples";
import { memoryTables } from "../../support/doubles/memory/tables";
import { idOf } from "../../support/doubles/services";
import { memoryStores, type Stores } from "../../support/doubles/stores";
import { virtualClock } from "../../support/doubles/virtual-clock";

const start = Date.UTC(2026, 0, 1);
const HOUR = 60 * 60 * 1_000;
let tables: ReturnType<typeof memoryTables>;
let stores: Stores;
let queue: ReturnType<typeof memoryDeletionQueue>;
let time: number;
const now = () => new Date(time);
const services = () => ({ ...stores, queue, now });
const never = () => new AbortController().signal;
const sweep = () => sweepDeletions(services());

async function publish(n: number, comments = 5, favorites = 3): Promise<void> {
  await stores.posts.create(postOf(n), "request");
  for (let c = 0; c < comments; c++)
    await stores.comments.create(commentOf(n * 100 + c, { post_id: postId(n) }), "request");
  for (let f = 0; f < favorites; f++)
    await stores.favorites.add({ user_id: `user ${f}`, post_id: postId(n), created_at: "2026" });
}
async function bury(n: number) {
  const tombstone = tombstoneOf(n, now().toISOString());
  await stores.posts.bury(tombstone);
  return { post_id: tombstone.id, deleted_at: tombstone.deleted_at };
}
/** Returns what is stored on the post. */
const leftOf = (n: number) => ({
  comments: [...tables.comments.values()].filter(({ resource }) => resource.post_id === postId(n)).length,
  favorites: [...tables.favorites.values()].filter(({ post_id }) => post_id === postId(n)).length,
});
const NONE = { comments: 0, favorites: 0 };

function begin() {
  tables = memoryTables();
  stores = memoryStores(tables);
  queue = memoryDeletionQueue();
  time = start;
}
beforeEach(async () => {
  begin();
  await publish(1);
  await publish(2);
});

describe("a deletion is finished", () => {
  test("with the comments and favorites of its post, and nothing of another's", async () => {
    expect(await finishDeletion(services(), await bury(1), never())).toBe("finished");
    expect([leftOf(1), leftOf(2)]).toEqual([NONE, { comments: 5, favorites: 3 }]);
    expect(tables.tombstones.has(postId(1))).toBe(true);
  });

  test("twice as well as once", async () => {
    const deletion = await bury(1);
    for (const _ of ["once", "twice"]) await finishDeletion(services(), deletion, never());
    expect(leftOf(1)).toEqual(NONE);
  });

  test("part by part, if the time is up before: the rest goes back into the queue", async () => {
    const deletion = await bury(1);
    expect(await finishDeletion(services(), deletion, AbortSignal.abort())).toBe("handed on");
    expect(queue.waiting).toEqual([deletion]);
    expect(leftOf(1).comments).toBeLessThan(5);
    // However little time there is, something is done in it.
    expect(await work(services(), () => AbortSignal.abort())).toBeLessThan(10);
    expect(leftOf(1)).toEqual(NONE);
  });

  test("for good when its tombstone is an hour old, with a comment that came into the index late", async () => {
    const deletion = await bury(1);
    await finishDeletion(services(), deletion, never());
    tables.comments.set(idOf(900), { resource: commentOf(900), request: "late" });
    time += HOUR;
    expect(await sweep()).toBe(0);
    time += 1;
    expect(await sweep()).toBe(1);
    await work(services());
    expect(leftOf(1)).toEqual(NONE);
    expect(tables.tombstones.size).toBe(0);
    expect(await sweep()).toBe(0);
  });
});

test("a sweep hands on deletions that nobody has begun, the oldest first", async () => {
  for (const n of [2, 1]) {
    time += 1;
    await bury(n);
  }
  time += 2 * HOUR;
  expect(await sweep()).toBe(2);
  expect(queue.waiting.map(({ post_id }) => post_id)).toEqual([postId(2), postId(1)]);
});

test("50,000 comments are removed in as many calls of a minute as it takes, none longer", async () => {
  begin();
  const clock = virtualClock();
  const PAGE = 100;
  const LIMIT = 55_000;
  let left = 50_000;
  const comments = {
    // Each page takes half a second here, far longer than DynamoDB.
    async *removeAllOf() {
      while (left > 0) {
        await clock.sleep(500);
        left -= PAGE;
        yield;
      }
    },
  };
  const times: number[] = [];
  await clock.run(
    (async () => {
      await queue.send([{ post_id: postId(1), deleted_at: now().toISOString() }]);
      for (let next = queue.waiting.shift(); next; next = queue.waiting.shift()) {
        const began = clock.now();
        const signal = {
          get aborted() {
            return clock.now() - began >= LIMIT;
          },
        } as AbortSignal;
        await finishDeletion({ ...services(), comments }, next, signal);
        times.push(clock.now() - began);
      }
    })(),
  );
  expect(left).toBe(0);
  expect(Math.max(...times)).toBeLessThanOrEqual(LIMIT);
  expect(times.length).toBe(Math.ceil(((50_000 / PAGE) * 500) / LIMIT));
});

describe("a worker that dies", () => {
  /** Returns the services of a worker that dies at the given call to a store: that call and all later ones never happen. */
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

  test("at any call leaves what the same message finishes when it comes again", async () => {
    for (let last = 1; ; last++) {
      begin();
      await publish(1);
      const deletion = await bury(1);
      time += 2 * HOUR;
      const { services: dying, survived } = dyingAt(last);
      await finishDeletion(dying, deletion, never()).catch(() => undefined);
      if (survived()) {
        expect(last).toBeGreaterThan(7);
        return;
      }
      await finishDeletion(services(), deletion, never());
      expect(leftOf(1)).toEqual(NONE);
      expect(tables.tombstones.size).toBe(0);
    }
  });
});
