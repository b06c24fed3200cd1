import * as z from "zod/mini";
import { type PostStore, post } from "../posts/posts";
import { authorize, type Caller } from "../shared/authorization";
import { created } from "../shared/creation";
import type { Page, Position } from "../shared/page";

/** A post among a user's favorites, as it is shown. */
export const favoritePost = z.object({ post, favorited_at: created.created_at });

export type FavoritePost = Readonly<z.output<typeof favoritePost>>;

/** The fact that a post is one of a user's favorites, since a time. */
export interface Favorite {
  readonly user_id: string;
  readonly post_id: string;
  readonly created_at: string;
}

export interface FavoriteStore {
  /**
   * Makes a post a favorite and counts it on the post, together. Doing it twice is doing it once.
   *
   * @throws NotFound if the post is not there
   */
  add(favorite: Favorite): Promise<void>;
  /**
   * Makes a post no favorite any more and counts it on the post, together. Doing it twice is doing it once.
   *
   * @throws NotFound if the post is not there
   */
  remove(userId: string, postId: string): Promise<void>;
  /** Lists a user's favorites, the newest favorite first, also posts that are gone. */
  newestOf(userId: string, limit: number, from?: Position): Promise<Page<Favorite>>;
  /** Makes a post nobody's favorite any more, page by page. The post's count stays. */
  removeAllOf(postId: string): AsyncIterable<void>;
}

interface Favorites {
  readonly favorites: FavoriteStore;
}

/**
 * Makes a post one of the caller's favorites.
 *
 * @throws Unauthenticated, Forbidden, NotFound when there is no such post
 */
export async function addFavorite(
  { favorites, now }: Favorites & { now(): Date },
  caller: Caller | undefined,
  postId: string,
): Promise<void> {
  authorize(caller, "change favorites");
  await favorites.add({ user_id: caller.uid, post_id: postId, created_at: now().toISOString() });
}

/**
 * Makes a post none of the caller's favorites any more.
 *
 * @throws Unauthenticated, Forbidden, NotFound when there is no such post
 */
export async function removeFavorite(
  { favorites }: Favorites,
  caller: Caller | undefined,
  postId: string,
): Promise<void> {
  authorize(caller, "change favorites");
  await favorites.remove(caller.uid, postId);
}

/**
 * Lists those of the caller's favorites that are there, the newest favorite first.
 *
 * @param limit at most 100
 * @throws Unauthenticated
 */
export async function listFavorites(
  { favorites, posts }: Favorites & { readonly posts: PostStore },
  caller: Caller | undefined,
  limit: number,
  from?: Position,
): Promise<Page<FavoritePost>> {
  authorize(caller, "list favorites");
  const { items, ...page } = await favorites.newestOf(caller.uid, limit, from);
  const found = await posts.getAll(items.map(({ post_id }) => post_id));
  const byId = new Map(found.map((one) => [one.id, one]));
  return {
    ...page,
    items: items.flatMap(({ post_id, created_at }) => {
      const one = byId.get(post_id);
      return one ? [{ post: one, favorited_at: created_at }] : [];
    }),
  };
}
