import * as z from "zod/mini";
import type { Created } from "./creation";
import { NotFound } from "./errors";
import type { Announce } from "./message";
import type { PostStore } from "./posts";
import { text } from "./text";

/** What a reader sends to comment on a post. */
export const commentInput = z.strictObject({ content: text(2_000, "many lines") });

export type CommentInput = z.output<typeof commentInput>;

export interface Comment extends CommentInput, Created {
  readonly post_id: string;
}

export interface CommentStore {
  /** Stores a new comment. Doing it twice with the same comment is doing it once. */
  create(comment: Comment): Promise<void>;
  /** The newest comments on a post, newest first. */
  newestOf(postId: string, limit: number): Promise<readonly Comment[]>;
}

interface Stores {
  readonly posts: PostStore;
  readonly comments: CommentStore;
}

/**
 * Stores a comment on a post and announces it to everyone who listens. The comment stands whether or not the
 * announcement gets through.
 *
 * @throws NotFound when there is no such post
 */
export async function addComment(
  { posts, comments, announce }: Stores & { readonly announce: Announce },
  comment: Comment,
  requestId: string,
): Promise<void> {
  if (!(await posts.get(comment.post_id))) throw new NotFound("post");
  await comments.create(comment);
  // The comment's id is the message's: whoever gets it twice can tell.
  await announce({ id: comment.id, type: "comment.created", data: comment }, requestId);
}

/**
 * The newest comments on a post, newest first.
 *
 * @throws NotFound when there is no such post
 */
export async function commentsOf(
  { posts, comments }: Stores,
  postId: string,
  limit: number,
): Promise<readonly Comment[]> {
  const [post, found] = await Promise.all([posts.get(postId), comments.newestOf(postId, limit)]);
  if (!post) throw new NotFound("post");
  return found;
}

export function newComment(input: CommentInput, postId: string, id: string, now: Date): Comment {
  return { id, post_id: postId, content: input.content, created_at: now.toISOString() };
}
