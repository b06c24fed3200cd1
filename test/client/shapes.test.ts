/** The shapes that the client knows are the API's. The compiler checks them, so that this fails `npm run static`. */
import { expect, test } from "@jest/globals";
import type * as client from "../../client/events";
import type { Comment } from "../../domain/comments/comments";
import type { Post } from "../../domain/posts/posts";

test("what the API shows of posts and comments is what the client takes them for", () => {
  const posts = (post: Post): client.Post => post;
  const comments = (comment: Comment): client.Comment => comment;
  expect([posts, comments]).toHaveLength(2);
});
