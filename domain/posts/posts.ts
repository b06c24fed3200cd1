import * as z from "zod/mini";
import { authorize, authorizeToAsk, type Caller } from "../shared/authorization";
import { type Creation, changeable, created } from "../shared/creation";
import { NotFound } from "../shared/errors";
import { field, writtenFields } from "../shared/fields";
import { derivedId } from "../shared/idempotency";
import type { Page, Position } from "../shared/page";
import { text } from "../shared/text";

/** The fields that an author writes of a post. This is the one place that names them. */
export const postFields = writtenFields({
  title: field(text(200, "one line"), z.string()),
  content: field(text(20_000, "many lines"), z.string()),
});

/** Checks the body of a request that publishes a post or changes one. */
export const postInput = postFields.input;

export type PostInput = z.input<typeof postFields.written>;
/** All of the fields that an author writes of a post, with their defaults where the author left them out. */
type WrittenPost = z.output<typeof postFields.written>;

/** A post, as it is shown. */
export const post = z.object({
  id: created.id,
  ...postFields.shown,
  ...changeable,
  favorite_count: z.int().check(z.minimum(0), z.meta({ description: "How many users have it among their favorites." })),
  created_at: created.created_at,
});

export type Post = Readonly<z.output<typeof post>>;

/** The remains of a deleted post. No list or read of posts returns them. */
export interface PostTombstone {
  readonly id: string;
  readonly author_id: string;
  /** ISO 8601 with milliseconds, in UTC. */
  readonly deleted_at: string;
}

export interface PostStore {
  /**
   * Stores a new post. Doing it twice is doing it once, and returns the post that is there.
   *
   * @param request the fingerprint of the input, which tells one attempt from another
   * @throws IdempotencyKeyReused if the id is taken by what another input made, or by a deleted post
   */
  create(post: Post, request: string): Promise<Post>;
  get(id: string): Promise<Post | undefined>;
  /** Returns those of the posts that are there, at most 100, in any order. */
  getAll(ids: readonly string[]): Promise<readonly Post[]>;
  /** Lists posts, newest first, as the index has them: it may be late by a moment. */
  newest(limit: number, from?: Position): Promise<Page<Post>>;
  /**
   * Changes what the author wrote.
   *
   * @param version the only version that may be changed; without it, any
   * @throws NotFound, Stale
   */
  update(id: string, written: WrittenPost, at: string, version?: number): Promise<Post>;
  /**
   * Replaces a post by its tombstone. Doing it twice is doing it once.
   *
   * @param version the only version that may be deleted; without it, any
   * @throws NotFound, Stale
   */
  bury(tombstone: PostTombstone, version?: number): Promise<void>;
  /** Returns a post's tombstone, until it is settled. */
  tombstone(id: string): Promise<PostTombstone | undefined>;
  /** Lists the tombstones of posts that were deleted before a time, oldest first, as far as they are not settled. */
  tombstonesBefore(at: string, limit: number): Promise<readonly PostTombstone[]>;
  /**
   * Settles a tombstone, once nothing is left on its post. From then on it only keeps the post from being created
   * again by the request that created it, and the store may forget it KEY_MEMORY_SECONDS after the deletion. A post
   * stays as it is.
   */
  settle(tombstone: Pick<PostTombstone, "id" | "deleted_at">): Promise<void>;
}

interface Posts {
  readonly posts: PostStore;
}

/**
 * Publishes a post. With an idempotency key, asking again returns the post of the first time.
 *
 * @throws Unauthenticated, Forbidden, IdempotencyKeyReused
 */
export async function createPost(
  { posts, now, newId }: Posts & Creation,
  caller: Caller | undefined,
  input: PostInput,
  key?: string,
): Promise<Post> {
  authorize(caller, "create posts");
  const at = now().toISOString();
  const id = key === undefined ? newId() : derivedId(caller.uid, "create a post", key);
  const written = { author_id: caller.uid, version: 1, favorite_count: 0, created_at: at, updated_at: at };
  return posts.create({ id, ...postFields.in(input), ...written }, postFields.fingerprint(input));
}

/**
 * Reads a post.
 *
 * @throws NotFound
 */
export async function readPost({ posts }: Posts, caller: Caller | undefined, id: string): Promise<Post> {
  authorize(caller, "read posts");
  const found = await posts.get(id);
  if (!found) throw new NotFound("post");
  return found;
}

/** Lists posts, newest first. */
export async function listPosts(
  { posts }: Posts,
  caller: Caller | undefined,
  limit: number,
  from?: Position,
): Promise<Page<Post>> {
  authorize(caller, "read posts");
  return posts.newest(limit, from);
}

/**
 * Changes a post of the caller's.
 *
 * @param version the version that the caller knows; without it, whatever is there is changed
 * @throws Unauthenticated, Forbidden, NotFound, Stale
 */
export async function updatePost(
  { posts, now }: Posts & Pick<Creation, "now">,
  caller: Caller | undefined,
  id: string,
  input: PostInput,
  version?: number,
): Promise<Post> {
  authorizeToAsk(caller, "update the post");
  const found = await posts.get(id);
  if (!found) throw new NotFound("post");
  authorize(caller, "update the post", { owner: found.author_id });
  return posts.update(id, postFields.in(input), now().toISOString(), version);
}
