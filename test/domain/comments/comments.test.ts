import { beforeEach, describe, expect, test } from "@jest/globals";
import {
  commentInput,
  createComment,
  deleteComment,
  listComments,
  readComment,
  updateComment,
} from "../../../domain/comments/comments";
import { IdempotencyKeyReused, NotFound, Stale } from "../../../domain/shared/errors";
import { postId, postOf, tombstoneOf } from "../../support/doubles/examples";
import { idOf } from "../../support/doubles/services";
import { memoryStores, type Stores } from "../../support/doubles/stores";

const ann = { uid: "ann", anonymous: false };
const input = { content: "Nice" };

let services: Stores & Parameters<typeof createComment>[0];
beforeEach(async () => {
  let ids = 0;
  services = {
    ...memoryStores(),
    now: () => new Date(Date.UTC(2026, 0, 1)),
    newId: () => idOf(++ids),
  };
  for (const n of [1, 2]) await services.posts.create(postOf(n), "request");
});

const create = (key?: string, content = "Nice", on = 1) => createComment(services, ann, postId(on), { content }, key);

describe("createComment", () => {
  test("stores the comment", async () => {
    const comment = await create();
    expect(comment).toEqual({
      id: idOf(1),
      post_id: postId(1),
      content: "Nice",
      author_id: "ann",
      version: 1,
      created_at: "2026-01-01T00:00:00.000Z",
      updated_at: "2026-01-01T00:00:00.000Z",
    });
    expect(await listComments(services, undefined, postId(1), 10)).toEqual({ items: [comment] });
  });

  test("refuses a comment on a post that does not exist", async () => {
    await expect(create(undefined, "Nice", 404)).rejects.toThrow(new NotFound("post"));
  });

  test("makes one comment for one idempotency key", async () => {
    const first = await create("key");
    expect(await create("key")).toEqual(first);
    expect((await listComments(services, undefined, postId(1), 10)).items).toEqual([first]);
  });

  test("refuses a key that comes again with another input, or for another post", async () => {
    await create("key");
    await expect(create("key", "Other")).rejects.toThrow(IdempotencyKeyReused);
    await expect(create("key", "Nice", 2)).rejects.toThrow(IdempotencyKeyReused);
  });
});

describe("a comment whose post is deleted", () => {
  beforeEach(async () => {
    await create();
    await services.posts.bury(tombstoneOf(1, "2026-01-01T00:00:00.000Z"));
  });

  test("is gone, although it is still stored", async () => {
    expect(await services.comments.get(idOf(1))).toBeDefined();
    await expect(readComment(services, ann, idOf(1))).rejects.toThrow(new NotFound("comment"));
    await expect(updateComment(services, ann, idOf(1), input)).rejects.toThrow(new NotFound("comment"));
    await expect(deleteComment(services, ann, idOf(1))).rejects.toThrow(new NotFound("comment"));
    await expect(listComments(services, ann, postId(1), 10)).rejects.toThrow(new NotFound("post"));
  });
});

test("a comment is changed and deleted if it is of the version the caller knows", async () => {
  await create();
  expect(await updateComment(services, ann, idOf(1), { content: "New" }, 1)).toMatchObject({ version: 2 });
  await expect(updateComment(services, ann, idOf(1), input, 1)).rejects.toThrow(Stale);
  await expect(deleteComment(services, ann, idOf(1), 1)).rejects.toThrow(Stale);
  expect(await readComment(services, undefined, idOf(1))).toMatchObject({ content: "New" });
  await deleteComment(services, ann, idOf(1), 2);
  await expect(readComment(services, undefined, idOf(1))).rejects.toThrow(NotFound);
});

test("a comment has 1 to 2000 characters and nothing but them", () => {
  const takes = (given: unknown) => commentInput.safeParse(given).success;
  expect(takes({ content: "x".repeat(2000) })).toBe(true);
  expect(takes({ content: "x".repeat(2001) })).toBe(false);
  expect(takes({ content: "x", post_id: "post-2" })).toBe(false);
});
