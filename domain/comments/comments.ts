import * as z from "zod/mini";
import type { Post, PostStore } from "../posts/posts";
import { authorize, authorizeToAsk, type Caller } from "../shared/authorization";
import { type Creation, changeable, created } from "../shared/creation";
import { NotFound } from "../shared/errors";
import { field, writtenFields } from "../shared/fields";
import { derivedId } from "../shared/idempotency";
import type { Page, Position } from "../shared/page";
import { text } from "../shared/text";

/** The fields that an author writes of a comment. This is the one place that names them. */
export const commentFields = writtenFields({
  content: field(text(2_000, "many lines"), z.string()),
});

/** Checks the body of a request that comments on a post or changes a comment. */
export const commentInput = commentFields.input;

export type CommentInput = z.input<typeof commentFields.written>;
/** All of the fields that an author writes of a comment, with their defaults where the author left them out. */
type WrittenComment = z.output<typeof commentFields.written>;

/** A comment, as it is shown. */
export const comment = z.object({
  id: created.id,
  post_id: created.id,
  ...commentFields.shown,
  ...changeable,
  created_at: created.created_at,
});

export type Comment = Readonly<z.output<typeof comment>>;

export interface CommentStore {
  /**
   * Stores a new comment if its post is there. Doing it twice is doing it once, and returns the comment that is there.
   *
   * @param request the fingerprint of the input, which tells one attempt from another
   * @throws NotFound if the post is not there; IdempotencyKeyReused if the id is taken by what another input made, or
   * by a deleted comment
   */
  create(comment: Comment, request: string): Promise<Comment>;
  /** Returns a comment, also one whose post is gone. */
  get(id: string): Promise<Comment | undefined>;
  /** Lists the comments on a post, newest first, also on one that is gone. */
  newestOf(postId: string, limit: number, from?: Position): Promise<Page<Comment>>;
  /**
   * Changes what the author wrote.
   *
   * @param version the only version that may be changed; without it, any
   * @throws NotFound, Stale
   */
  update(id: string, written: WrittenComment, at: string, version?: number): Promise<Comment>;
  /**
   * Removes a comment, there or not. For KEY_MEMORY_SECONDS after it, the request that created the comment does not
   * create it again.
   *
   * @param version the only version that may be removed; without it, any
   * @throws Stale
   */
  remove(id: string, at: string, version?: number): Promise<void>;
  /** Removes the comments on a post, page by page. Nothing can be created on it any more, and nothing remembers them. */
  removeAllOf(postId: string): AsyncIterable<void>;
}

interface Stores {
  readonly posts: PostStore;
  readonly comments: CommentStore;
}

/**
 * Comments on a post. With an idempotency key, asking again returns the comment of the first time. Who listens is told
 * by the table's change stream, and not from here.
 *
 * @throws Unauthenticated, Forbidden, NotFound when there is no such post, IdempotencyKeyReused
 */
export async function createComment(
  { comments, now, newId }: Pick<Stores, "comments"> & Creation,
  caller: Caller | undefined,
  postId: string,
  input: CommentInput,
  key?: string,
): Promise<Comment> {
  authorize(caller, "create comments");
  const at = now().toISOString();
  const id = key === undefined ? newId() : derivedId(caller.uid, "create a comment", key);
  const written = { author_id: caller.uid, version: 1, created_at: at, updated_at: at };
  return comments.create(
    { id, post_id: postId, ...commentFields.in(input), ...written },
    commentFields.fingerprint(input, postId),
  );
}

/**
 * Lists the comments on a post, newest first.
 *
 * @throws NotFound when there is no such post
 */
export async function listComments(
  { posts, comments }: Stores,
  caller: Caller | undefined,
  postId: string,
  limit: number,
  from?: Position,
): Promise<Page<Comment>> {
  authorize(caller, "read comments");
  const [on, page] = await Promise.all([posts.get(postId), comments.newestOf(postId, limit, from)]);
  if (!on) throw new NotFound("post");
  return page;
}

/**
 * Reads a comment.
 *
 * @throws NotFound when there is no such comment, or its post is gone
 */
export async function readComment(stores: Stores, caller: Caller | undefined, id: string): Promise<Comment> {
  authorize(caller, "read comments");
  return (await commentOnPost(stores, id)).found;
}

/**
 * Changes a comment of the caller's.
 *
 * @param version the version that the caller knows; without it, whatever is there is changed
 * @throws Unauthenticated, Forbidden, NotFound, Stale
 */
export async function updateComment(
  { now, ...stores }: Stores & Pick<Creation, "now">,
  caller: Caller | undefined,
  id: string,
  input: CommentInput,
  version?: number,
): Promise<Comment> {
  authorizeToAsk(caller, "update the comment");
  const { found } = await commentOnPost(stores, id);
  authorize(caller, "update the comment", { owner: found.author_id });
  return stores.comments.update(id, commentFields.in(input), now().toISOString(), version);
}

/**
 * Deletes a comment of the caller's, or on a post of the caller's.
 *
 * @param version the version that the caller knows; without it, whatever is there is deleted
 * @throws Unauthenticated, Forbidden, NotFound, Stale
 */
export async function deleteComment(
  { now, ...stores }: Stores & Pick<Creation, "now">,
  caller: Caller | undefined,
  id: string,
  version?: number,
): Promise<void> {
  authorizeToAsk(caller, "delete the comment");
  const { found, on } = await commentOnPost(stores, id);
  authorize(caller, "delete the comment", { owner: found.author_id, postOwner: on.author_id });
  await stores.comments.remove(id, now().toISOString(), version);
}

/**
 * Finds a comment and the post that it is on. A comment whose post is gone is gone too, even if it is still stored.
 *
 * @throws NotFound
 */
async function commentOnPost({ posts, comments }: Stores, id: string): Promise<{ found: Comment; on: Post }> {
  const found = await comments.get(id);
  const on = found && (await posts.get(found.post_id));
  if (!on) throw new NotFound("comment");
  return { found, on };
}
