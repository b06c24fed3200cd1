/**
 * Random histories of changes and of what happens to a connection. Whatever happens, nobody is told anything twice, of
 * one thing nothing earlier after something later, and in the end a page that follows what it is told shows what is.
 */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Announcement, Change, Comment, Post } from "../../client/events";
import { isChange } from "../../client/events";
import { Listener } from "../../client/listening";
import { Platform } from "./platform";
import { VirtualTime } from "./virtual-time";

const MINUTE = 60_000;

/** What happens, as often as its weight, and which of several things it happens to. */
const WRITES = [
  { weight: 3, arbitrary: fc.constant("create post" as const) },
  { weight: 3, arbitrary: fc.constant("change post" as const) },
  { weight: 1, arbitrary: fc.constant("delete post" as const) },
  { weight: 3, arbitrary: fc.constant("favor" as const) },
  { weight: 6, arbitrary: fc.constant("create comment" as const) },
  { weight: 3, arbitrary: fc.constant("change comment" as const) },
  { weight: 2, arbitrary: fc.constant("delete comment" as const) },
];
const TROUBLES = [
  { weight: 6, arbitrary: fc.constant("drop" as const) },
  { weight: 2, arbitrary: fc.constant("die" as const) },
  { weight: 1, arbitrary: fc.constant("close the gateway" as const) },
  { weight: 1, arbitrary: fc.constant("lose the API" as const) },
  { weight: 1, arbitrary: fc.constant("throttle the API" as const) },
  { weight: 2, arbitrary: fc.constant("all is well" as const) },
  { weight: 1, arbitrary: fc.constant("put away" as const) },
  { weight: 1, arbitrary: fc.constant("shown" as const) },
  { weight: 1, arbitrary: fc.constant("woken" as const) },
  { weight: 1, arbitrary: fc.constant("sleep" as const) },
  { weight: 1, arbitrary: fc.constant("two hours" as const) },
  { weight: 2, arbitrary: fc.constant("subscribe" as const) },
  { weight: 1, arbitrary: fc.constant("unsubscribe" as const) },
];
type Write = "create post" | "change post" | "delete post" | "favor" | `${"create" | "change" | "delete"} comment`;
type Trouble =
  | ("drop" | "die" | "close the gateway" | "lose the API" | "throttle the API" | "all is well")
  | ("put away" | "shown" | "woken" | "sleep" | "two hours" | "subscribe" | "unsubscribe");

/** Most things happen while others are on their way. */
const WAITS = fc.oneof(
  { weight: 6, arbitrary: fc.nat(1_000) },
  { weight: 2, arbitrary: fc.nat(10_000) },
  { weight: 1, arbitrary: fc.nat(2 * MINUTE) },
);

const history = (kinds: readonly { weight: number; arbitrary: fc.Arbitrary<Write | Trouble> }[]) =>
  fc.record({
    seed: fc.integer(),
    steps: fc.array(fc.record({ act: fc.oneof(...kinds), which: fc.nat(), wait: WAITS }), {
      minLength: 20,
      maxLength: 80,
    }),
  });

/** Returns numbers from 0 to just below 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A page that does what it is told, and finds out if it is told something that it should not be. */
class Page {
  readonly posts = new Map<string, Post>();
  readonly comments = new Map<string, Comment>();
  readonly told: string[] = [];
  readonly mistakes: string[] = [];
  private readonly versions = new Map<string, number>();

  /** Shows comments that were there before anybody asked for them. */
  show(items: readonly (Post | Comment)[]): void {
    for (const item of items)
      if ("post_id" in item && (this.versions.get(item.id) ?? 0) < item.version) this.comments.set(item.id, item);
  }

  /** Lists the comments on these posts, as far as they are there. */
  commentsOn(posts: ReadonlySet<string>): Comment[] {
    return [...this.comments.values()]
      .filter(({ post_id }) => posts.has(post_id) && this.posts.has(post_id))
      .sort(byId);
  }

  hear(event: Change | Announcement): void {
    if (!isChange(event)) return void this.mistakes.push(`${event.type} is no change`);
    this.told.push(event.id);
    if (event.type === "favorites.changed") {
      const post = this.posts.get(event.post_id);
      if (post) this.posts.set(post.id, { ...post, favorite_count: event.data.favorites });
      return;
    }
    const { id } = event.data;
    const known = this.versions.get(id) ?? 0;
    const isDeleted = event.type.endsWith(".deleted");
    if (known >= event.version && !(isDeleted && known < Number.POSITIVE_INFINITY))
      this.mistakes.push(`${event.type} of ${id} in version ${event.version} after ${known}`);
    this.versions.set(id, isDeleted ? Number.POSITIVE_INFINITY : event.version);
    if (event.type === "post.deleted") this.posts.delete(id);
    else if (event.type === "comment.deleted") this.comments.delete(id);
    else if ("post_id" in event.data) this.comments.set(id, event.data as Comment);
    else this.posts.set(id, event.data as Post);
  }
}

const byId = (one: Comment, other: Comment) => (one.id < other.id ? -1 : 1);

/** Plays a history and lets everything come to rest. */
async function play({ seed, steps }: { seed: number; steps: { act: Write | Trouble; which: number; wait: number }[] }) {
  const time = new VirtualTime();
  const random = randomNumbers(seed);
  const platform = new Platform({ time, random, skew: 90_000, latency: 3_000, lag: 4_000, duplicates: 0.2 });
  const page = new Page();
  const followed = new Set<string>();
  const address = { url: "wss://gateway.example/test", api: "https://api.example", token: () => "TOKEN" };
  const listener = new Listener(address, platform.surroundings);
  listener.on("event", (event) => page.hear(event));
  listener.on("caught-up", ({ items }) => page.show(items));
  // Everything begins after the first reading.
  await time.pass(MINUTE);
  const pick = <Item>(items: Iterable<Item>, which: number) => {
    const all = [...items];
    return all[which % Math.max(1, all.length)];
  };
  for (const { act, which, wait } of steps) {
    const post = pick(platform.posts.keys(), which) ?? "";
    const comment = pick(platform.comments.keys(), which) ?? "";
    const connection = pick(platform.open, which);
    if (act === "create post") platform.createPost();
    else if (act === "change post") platform.changePost(post);
    else if (act === "delete post") platform.deletePost(post);
    else if (act === "favor") platform.favor(post, which % 2 === 0 ? 1 : -1);
    else if (act === "create comment") platform.createComment(post);
    else if (act === "change comment") platform.changeComment(comment);
    else if (act === "delete comment") platform.deleteComment(comment);
    else if (act === "drop" && connection) platform.drop(connection);
    else if (act === "die" && connection) connection.isDead = true;
    else if (act === "close the gateway") platform.accepts = false;
    else if (act === "lose the API") platform.api = false;
    else if (act === "throttle the API") platform.api = 429;
    else if (act === "all is well") platform.heal();
    else if (act === "put away" || act === "shown" || act === "woken") platform.page(act);
    else if (act === "sleep") time.sleep((which % 30) * MINUTE);
    else if (act === "two hours") await time.pass(120 * MINUTE);
    else if (act === "subscribe" && post) {
      followed.add(post);
      listener.subscribe(`post:${post}`);
    } else if (act === "unsubscribe" && post) {
      followed.delete(post);
      listener.unsubscribe(`post:${post}`);
    }
    await time.pass(wait);
  }
  platform.heal();
  platform.page("shown");
  await time.pass(30 * MINUTE);
  return { platform, page, followed };
}

test("nothing is told twice or out of order, and the page ends up with what there is", async () => {
  await fc.assert(
    fc.asyncProperty(history([...WRITES, ...TROUBLES]), async (steps) => {
      const { platform, page, followed } = await play(steps);
      expect(page.mistakes).toEqual([]);
      expect(page.told).toHaveLength(new Set(page.told).size);
      expect(new Map([...page.posts].sort())).toEqual(new Map([...platform.posts].sort()));
      const comments = [...platform.comments.values()].filter(({ post_id }) => followed.has(post_id));
      expect(page.commentsOn(followed)).toEqual(comments.sort(byId));
      expect(platform.reported).toEqual([]);
    }),
    { numRuns: 150, endOnFailure: true },
  );
});

test("who stays connected is told every single change, by its own id", async () => {
  await fc.assert(
    fc.asyncProperty(history(WRITES), async (steps) => {
      const { platform, page } = await play(steps);
      expect(page.mistakes).toEqual([]);
      expect([...page.told].sort()).toEqual(platform.changes.map(({ id }) => id).sort());
    }),
    { numRuns: 50, endOnFailure: true },
  );
});
