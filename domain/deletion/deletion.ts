import type { Log } from "../../runtime/log";
import type { CommentStore } from "../comments/comments";
import type { FavoriteStore } from "../favorites/favorites";
import type { PostStore, PostTombstone } from "../posts/posts";
import { authorize, authorizeToAsk, type Caller } from "../shared/authorization";
import { NotFound } from "../shared/errors";

/**
 * The age from which on a tombstone may be settled. A comment that was stored just before the post was deleted may not
 * be in the index yet when the post's comments are removed; the index is late by less than a second as a rule. Once the
 * tombstone is this old, everything is in the index, so a removal then leaves nothing.
 */
const SETTLING_MILLISECONDS = 60 * 60 * 1_000;

/** The number of older deletions that one deletion finishes: more than the one that it leaves behind. */
const OLDER = 5;

/** The time for which one deletion goes on removing. Whatever is left by then is left for later deletions. */
const BUDGET_MILLISECONDS = 5_000;

interface Services {
  readonly posts: PostStore;
  readonly comments: CommentStore;
  readonly favorites: FavoriteStore;
  readonly log: Log;
  now(): Date;
}

/**
 * Deletes a post of the caller's with its comments and favorites. Once its tombstone stands, none of them can be read
 * any more, and nothing can be added; the deletion has then succeeded. Removing them may be interrupted anywhere:
 * asking again goes on with it, and so does every later deletion of any post, which finishes older ones first. A later
 * deletion also settles the tombstone.
 *
 * @param version the version that the caller knows; without it, whatever is there is deleted
 * @throws Unauthenticated, Forbidden, NotFound, Stale
 */
export async function deletePost(
  services: Services,
  caller: Caller | undefined,
  id: string,
  version?: number,
): Promise<void> {
  authorizeToAsk(caller, "delete the post");
  const { posts, now } = services;
  const post = await posts.get(id);
  if (post) {
    authorize(caller, "delete the post", { owner: post.author_id });
    const tombstone = { id, author_id: post.author_id, deleted_at: now().toISOString() };
    await posts.bury(tombstone, version);
    return finishDeletions(services, tombstone);
  }
  const tombstone = await posts.tombstone(id);
  if (tombstone?.author_id !== caller.uid) throw new NotFound("post");
  await finishDeletions(services, tombstone);
}

/** Removes what older deletions and this one left, as far as time allows. */
async function finishDeletions({ posts, comments, favorites, log, now }: Services, own: PostTombstone): Promise<void> {
  const start = now().getTime();
  const isLate = () => now().getTime() - start > BUDGET_MILLISECONDS;
  const settled = new Date(start - SETTLING_MILLISECONDS).toISOString();

  /** Removes the comments and favorites of a post. @returns whether all of them are removed */
  async function empty({ id }: PostTombstone): Promise<boolean> {
    for (const pages of [comments.removeAllOf(id), favorites.removeAllOf(id)])
      for await (const _ of pages) if (isLate()) return false;
    return true;
  }

  async function finish(tombstone: PostTombstone): Promise<void> {
    if ((await empty(tombstone)) && tombstone.deleted_at < settled) await posts.settle(tombstone);
  }

  const failed = (error: unknown) =>
    log.error("A deletion could not be finished, and is left for a later one", { error });
  const older = await posts.tombstonesBefore(settled, OLDER).catch((error) => {
    failed(error);
    return [];
  });
  for (const tombstone of [...older.filter(({ id }) => id !== own.id), own])
    if (!isLate()) await finish(tombstone).catch(failed);
}
