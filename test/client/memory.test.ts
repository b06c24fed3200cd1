/** What a listener remembers so that nothing is told twice, and that it does not remember everything for ever. */
import { expect, test } from "@jest/globals";
import type { Change, Comment, Post } from "../../client/events";
import { Memory } from "../../client/memory";

const at = "2026-01-01T00:00:00.000Z";
const times = { created_at: at, updated_at: at };
const post = (id: string, version = 1, favorite_count = 0): Post => ({
  ...{ id, version, favorite_count, ...times },
  ...{ title: "Title", content: "Text", author_id: "ann" },
});
const comment = (id: string, version = 1): Comment => ({
  ...{ id, version, post_id: "p", content: "Text", author_id: "ann", ...times },
});
const change = (
  type: Change["type"],
  data: { readonly id: string },
  version = 1,
  id = `${type} ${data.id} ${version}`,
) => ({ id, type, at, post_id: "post_id" in data ? data.post_id : data.id, version, data }) as Change;
const favorites = (count: number) => ({
  ...change("favorites.changed", { id: "p" }, count, `${count}`),
  data: { favorites: count },
});

test("what was deleted before it was heard of does not come back", () => {
  const memory = new Memory();
  expect(memory.admits(change("post.deleted", { id: "p" }))).toBe(true);
  expect(memory.admits(change("post.created", post("p")))).toBe(false);
  expect(memory.learn(post("p", 2))).toBe(false);
  expect(memory.admits(favorites(1) as Change)).toBe(false);
  expect(memory.forget({ id: "p" }, "p", at)).toBe(false);
});

test("a list that was asked for before a message was heard does not take its count back", () => {
  const memory = new Memory();
  memory.learn(post("p", 1, 3));
  const began = memory.serial;
  expect(memory.admits(favorites(4) as Change)).toBe(true);
  expect(memory.count(post("p", 1, 3), began)).toBe(false);
  expect(memory.count(post("p", 1, 4), memory.serial)).toBe(false);
  expect(memory.count(post("p", 1, 5), memory.serial)).toBe(true);
});

test("of two counts of favorites the later one stays, whichever comes last, whatever else of the post comes between", () => {
  const memory = new Memory();
  memory.learn(post("p", 1, 0));
  expect(memory.admits(favorites(2) as Change)).toBe(true);
  expect(memory.admits(change("post.changed", post("p", 2), 2))).toBe(true);
  expect(memory.admits(favorites(1) as Change)).toBe(false);
  expect(memory.admits(favorites(3) as Change)).toBe(true);
});

test("comments are missing in the list of their post only, and from where it was read on", () => {
  const memory = new Memory();
  for (const thing of [post("p"), comment("c1"), comment("c2"), { ...comment("other"), post_id: "q" }])
    memory.learn(thing);
  memory.forget({ id: "c2" }, "p", at);
  expect(memory.missing("p", at, new Set())).toEqual(["c1"]);
  expect(memory.missing("p", at, new Set(["c1"]))).toEqual([]);
  expect(memory.missing("p", "2026-01-01T00:00:00.001Z", new Set())).toEqual([]);
  expect(memory.missing(undefined, "", new Set())).toEqual(["p"]);
});

test("four thousand things and messages are remembered, the latest", () => {
  const memory = new Memory();
  for (let count = 0; count < 5_000; count++) memory.admits(change("post.created", post(`p${count}`), 1, `e${count}`));
  expect(memory.version("p0")).toBeUndefined();
  expect(memory.version("p904")).toBe(1);
  expect(memory.missing(undefined, "", new Set())).toHaveLength(4_096);
  // Its id and its version are forgotten, so that it is new.
  expect(memory.admits(change("post.created", post("p0"), 1, "e0"))).toBe(true);
  expect(memory.admits(change("post.created", post("p4999"), 1, "e4999"))).toBe(false);
});
