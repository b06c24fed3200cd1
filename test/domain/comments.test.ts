import { beforeEach, describe, expect, test } from "@jest/globals";
import { addComment, commentInput, commentsOf, newComment } from "../../domain/comments";
import { memoryCommentStore } from "../../domain/comments.memory";
import { NotFound } from "../../domain/errors";
import type { Message } from "../../domain/message";
import { newPost } from "../../domain/posts";
import { memoryPostStore } from "../../domain/posts.memory";

const post = newPost({ title: "Title", content: "Content" }, "post-1", new Date(0));
const comment = newComment({ content: "Nice" }, post.id, "comment-1", new Date(1));

let announced: (readonly [Message, string])[];
let services: Parameters<typeof addComment>[0];
beforeEach(async () => {
  announced = [];
  services = {
    posts: memoryPostStore(),
    comments: memoryCommentStore(),
    announce: async (...call) => {
      announced.push(call);
    },
  };
  await services.posts.create(post);
});

describe("addComment", () => {
  test("stores the comment, then announces it under its own id", async () => {
    await addComment(services, comment, "request-1");
    expect(await commentsOf(services, post.id, 10)).toEqual([comment]);
    expect(announced).toEqual([[{ id: "comment-1", type: "comment.created", data: comment }, "request-1"]]);
  });

  test("refuses a comment on a post that does not exist, and announces nothing", async () => {
    await expect(addComment(services, { ...comment, post_id: "post-2" }, "request-1")).rejects.toThrow(
      new NotFound("post"),
    );
    expect(announced).toEqual([]);
  });

  test("announces nothing that was not stored", async () => {
    const comments = { ...services.comments, create: () => Promise.reject(new Error("the store is down")) };
    await expect(addComment({ ...services, comments }, comment, "request-1")).rejects.toThrow("the store is down");
    expect(announced).toEqual([]);
  });
});

test("commentsOf refuses a post that does not exist", async () => {
  await expect(commentsOf(services, "post-2", 10)).rejects.toThrow("There is no post with this id.");
});

test("a comment has 1 to 2000 characters and nothing but them", () => {
  const takes = (input: unknown) => commentInput.safeParse(input).success;
  expect(takes({ content: "x".repeat(2000) })).toBe(true);
  expect(takes({ content: "x".repeat(2001) })).toBe(false);
  expect(takes({ content: "x", post_id: "post-2" })).toBe(false);
});
