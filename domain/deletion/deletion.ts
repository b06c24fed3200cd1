import type { PostStore } from "../posts/posts";
import { authorize, authorizeToAsk, type Caller } from "../shared/authorization";
import { NotFound } from "../shared/errors";

interface Services {
  readonly posts: PostStore;
  now(): Date;
}

/**
 * Deletes a post of the caller's with its comments and favorites. Once its tombstone stands, none of them can be read
 * any more, and nothing can be added; the deletion has then succeeded. They are removed in the background, however many
 * there are: see finishing.ts. Doing it twice is doing it once.
 *
 * @param version the version that the caller knows; without it, whatever is there is deleted
 * @throws Unauthenticated, Forbidden, NotFound, Stale
 */
export async function deletePost(
  { posts, now }: Services,
  caller: Caller | undefined,
  id: string,
  version?: number,
): Promise<void> {
  authorizeToAsk(caller, "delete the post");
  const post = await posts.get(id);
  if (post) {
    authorize(caller, "delete the post", { owner: post.author_id });
    return posts.bury({ id, author_id: post.author_id, deleted_at: now().toISOString() }, version);
  }
  const tombstone = await posts.tombstone(id);
  if (tombstone?.author_id !== caller.uid) throw new NotFound("post");
}
