import * as z from "zod/mini";
import { authorize, authorizeToAsk, type Caller } from "../shared/authorization";
import { type Creation, changeable, created } from "../shared/creation";
import { NotFound } from "../shared/errors";
import { derivedId, fingerprint } from "../shared/idempotency";
import type { Page, Position } from "../shared/page";
import { text } from "../shared/text";

/** What a writer sends to publish a post, or to change one. */
export const postInput = z.strictObject({
  title: text(200, "one line"),
  content: text(20_000, "many lines"),
});

export type PostInput = z.output<typeof postInput>;

/** A post, as it is stored and shown. */
export const post = z.object({
  id: created.id,
  title: z.string(),
  content: z.string(),
  ...changeable,
  favorite_count: z.int().check(z.minimum(0), z.meta({ description: "How many users have it among their favorites." })),
  created_at: created.created_at,
});

export type Post = Readonly<z.output<typeof post>>;

/** What is left of a deleted post until nothing is left on it. No list or read of posts knows it. */
export interface Tombstone {
  readonly id: string;
  readonly author_id: string;
  /** ISO 8601 with milliseconds, in UTC. */
  readonly deleted_at: string;
}

export interface PostStore {
  /**
   * Stores a new post. Doing it twice is doing it once, and returns the post that is there.
   *
   * @param request tells the input of one attempt from that of another
   * @throws IdempotencyKeyReused if the id is taken by what another input made
   */
  create(post: Post, request: string): Promise<Post>;
  get(id: string): Promise<Post | undefined>;
  /** Those of the posts that are there, at most 100, in any order. */
  getAll(ids: readonly string[]): Promise<readonly Post[]>;
  /** Posts, newest first, as the index has them: it may be late by a moment. */
  newest(limit: number, from?: Position): Promise<Page<Post>>;
  /**
   * Changes what the author wrote.
   *
   * @param version the one that may be changed; without it, any
   * @throws NotFound, Stale
   */
  update(id: string, input: PostInput, at: string, version?: number): Promise<Post>;
  /**
   * Makes a post a tombstone. Doing it twice is doing it once.
   *
   * @param version the one that may be deleted; without it, any
   * @throws NotFound, Stale
   */
  bury(id: string, at: string, version?: number): Promise<void>;
  tombstone(id: string): Promise<Tombstone | undefined>;
  /** Tombstones of posts deleted before then, oldest first. */
  tombstonesBefore(at: string, limit: number): Promise<readonly Tombstone[]>;
  /** Removes a tombstone; a post stays. */
  removeTombstone(id: string): Promise<void>;
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
  { title, content }: PostInput,
  key?: string,
): Promise<Post> {
  authorize(caller, "create posts");
  const at = now().toISOString();
  const id = key === undefined ? newId() : derivedId(caller.uid, "create a post", key);
  const written = { author_id: caller.uid, version: 1, favorite_count: 0, created_at: at, updated_at: at };
  return posts.create({ id, title, content, ...written }, fingerprint(title, content));
}

/** @throws NotFound */
export async function readPost({ posts }: Posts, caller: Caller | undefined, id: string): Promise<Post> {
  authorize(caller, "read posts");
  const found = await posts.get(id);
  if (!found) throw new NotFound("post");
  return found;
}

/** Posts, newest first. */
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
 * @param version the one the caller knows; without it, whatever is there is changed
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
  return posts.update(id, input, now().toISOString(), version);
}
