import * as z from "zod/mini";
import type { CommentStore } from "../comments/comments";
import type { FavoriteStore } from "../favorites/favorites";
import type { PostStore } from "../posts/posts";

/**
 * The age from which on a tombstone may be settled. A comment that was stored just before the post was deleted may not
 * be in the index yet when the post's comments are removed; the index is late by less than a second as a rule. Once the
 * tombstone is this old, everything is in the index, so a removal then leaves nothing.
 */
const SETTLING_MILLISECONDS = 60 * 60 * 1_000;

/** The most tombstones that one sweep hands on. Those that are left are older than any other at the next one. */
const MOST_TOMBSTONES = 1_000;

/** A deletion that is to be finished, as the queue holds it. */
export const deletion = z.object({ post_id: z.string(), deleted_at: z.string() });

export type Deletion = Readonly<z.output<typeof deletion>>;

/** The deletions that wait to be finished. */
export interface DeletionQueue {
  /** Adds deletions. One that is there twice is finished twice, which is finishing it once. */
  send(deletions: readonly Deletion[]): Promise<void>;
}

interface Finishing {
  readonly posts: Pick<PostStore, "settle">;
  readonly comments: Pick<CommentStore, "removeAllOf">;
  readonly favorites: Pick<FavoriteStore, "removeAllOf">;
  readonly queue: DeletionQueue;
  now(): Date;
}

/**
 * Removes what a deleted post has left, its comments and its favorites, and settles its tombstone if that is old enough.
 * It may be interrupted anywhere and done again.
 *
 * @param signal aborts when the time is nearly up: what is left then is for another call
 * @returns whether it is finished, or handed on to the queue
 */
export async function finishDeletion(
  { posts, comments, favorites, queue, now }: Finishing,
  { post_id, deleted_at }: Deletion,
  signal: AbortSignal,
): Promise<"finished" | "handed on"> {
  const isOld = deleted_at < settledBefore(now());
  for (const pages of [comments.removeAllOf(post_id), favorites.removeAllOf(post_id)])
    for await (const _ of pages)
      if (signal.aborted) {
        await queue.send([{ post_id, deleted_at }]);
        return "handed on";
      }
  if (isOld) await posts.settle({ id: post_id, deleted_at });
  return "finished";
}

/**
 * Hands deletions to the queue whose tombstones are old and stand unsettled: each once after its hour, and again
 * whatever was lost on the way.
 *
 * @returns the number of deletions
 */
export async function sweepDeletions({
  posts,
  queue,
  now,
}: Pick<Finishing, "queue" | "now"> & { readonly posts: Pick<PostStore, "tombstonesBefore"> }): Promise<number> {
  const tombstones = await posts.tombstonesBefore(settledBefore(now()), MOST_TOMBSTONES);
  await queue.send(tombstones.map(({ id, deleted_at }) => ({ post_id: id, deleted_at })));
  return tombstones.length;
}

const settledBefore = (now: Date): string => new Date(now.getTime() - SETTLING_MILLISECONDS).toISOString();
