import { beforeEach, describe, expect, test } from "@jest/globals";
import { createPost, listPosts, postFields, postInput, readPost, updatePost } from "../../../domain/posts/posts";
import { IdempotencyKeyReused, NotFound, Stale } from "../../../domain/shared/errors";
import { idOf } from "../../support/doubles/services";
import { memoryStores } from "../../support/doubles/stores";

const ann = { uid: "ann", anonymous: false };
const bob = { uid: "bob", anonymous: false };
const input = { title: "Title", content: "Content" };

test("a post has a title of one line and a content of many", () => {
  const takes = (title: string, content: string) => postInput.safeParse({ title, content }).success;
  expect(takes("t".repeat(200), "c\n".repeat(10_000))).toBe(true);
  expect(takes("t".repeat(201), "c")).toBe(false);
  expect(takes("t\nt", "c")).toBe(false);
  expect(takes("t", "c".repeat(20_001))).toBe(false);
});

let services: Parameters<typeof createPost>[0];
beforeEach(() => {
  let ids = 0;
  let seconds = 0;
  services = {
    ...memoryStores(),
    now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)),
    newId: () => idOf(++ids),
  };
});

describe("createPost", () => {
  test("makes a post of the caller's, and takes nothing from the input but what a post is", async () => {
    const more = Object.assign({ ...input }, { id: "mine", author_id: "bob", version: 9, feed: "feed#9" });
    const created = await createPost(services, ann, more);
    expect(created).toEqual({
      id: "00000000-0000-4000-8000-000000000001",
      ...postFields.in(input),
      author_id: "ann",
      version: 1,
      favorite_count: 0,
      created_at: "2026-01-01T00:00:00.000Z",
      updated_at: "2026-01-01T00:00:00.000Z",
    });
    expect(await readPost(services, undefined, created.id)).toEqual(created);
  });

  test("makes one post for one idempotency key, also of calls at the same time", async () => {
    const calls = Array.from({ length: 5 }, () => createPost(services, ann, input, "key"));
    const [first, ...others] = await Promise.all(calls);
    for (const other of others) expect(other).toEqual(first);
    expect(await createPost(services, ann, input, "key")).toEqual(first);
    expect((await listPosts(services, undefined, 10)).items).toEqual([first]);
  });

  test("makes another post for another key, another caller or no key", async () => {
    await createPost(services, ann, input, "key");
    await createPost(services, ann, input, "another key");
    await createPost(services, bob, input, "key");
    await createPost(services, ann, input);
    await createPost(services, ann, input);
    expect((await listPosts(services, undefined, 10)).items).toHaveLength(5);
  });

  test("refuses a key that comes again with another input", async () => {
    await createPost(services, ann, input, "key");
    const again = createPost(services, ann, { ...input, content: "Other" }, "key");
    await expect(again).rejects.toThrow(IdempotencyKeyReused);
  });

  test("knows a key again after the post was changed", async () => {
    const { id } = await createPost(services, ann, input, "key");
    const changed = await updatePost(services, ann, id, { title: "New", content: "New" });
    expect(await createPost(services, ann, input, "key")).toEqual(changed);
  });
});

describe("updatePost", () => {
  test("changes the caller's post, if it is of the version the caller knows", async () => {
    const { id } = await createPost(services, ann, input);
    const changed = await updatePost(services, ann, id, { title: "New", content: "New" }, 1);
    expect(changed).toMatchObject({ title: "New", version: 2, updated_at: "2026-01-01T00:00:01.000Z" });
    await expect(updatePost(services, ann, id, input, 1)).rejects.toThrow(Stale);
  });

  test("refuses a post that does not exist", async () => {
    await expect(updatePost(services, ann, "404", input)).rejects.toThrow(new NotFound("post"));
    await expect(readPost(services, ann, "404")).rejects.toThrow(new NotFound("post"));
  });
});
