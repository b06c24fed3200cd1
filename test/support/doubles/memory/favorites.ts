import type { FavoriteStore } from "../../../../domain/favorites/favorites";
import { NotFound } from "../../../../domain/shared/errors";
import { type MemoryTables, newestPage, removeAll } from "./tables";

/** @param tables the tables of the posts that are favorites */
export function memoryFavoriteStore({ posts, favorites }: MemoryTables): FavoriteStore {
  const keyOf = (userId: string, postId: string) => JSON.stringify([userId, postId]);

  function count(postId: string, change: (favorites: number) => number): void {
    const row = posts.get(postId);
    if (!row) throw new NotFound("post");
    const favorite_count = change(row.resource.favorite_count);
    posts.set(postId, { ...row, resource: { ...row.resource, favorite_count } });
  }

  return {
    async add(favorite) {
      const key = keyOf(favorite.user_id, favorite.post_id);
      count(favorite.post_id, (before) => (favorites.has(key) ? before : before + 1));
      if (!favorites.has(key)) favorites.set(key, favorite);
    },
    async remove(userId, postId) {
      const key = keyOf(userId, postId);
      count(postId, (before) => (favorites.has(key) ? before - 1 : before));
      favorites.delete(key);
    },
    async newestOf(userId, limit, from) {
      const own = [...favorites.values()].filter(({ user_id }) => user_id === userId);
      return newestPage(own, ({ post_id, created_at }) => ({ id: post_id, created_at }), limit, from);
    },
    removeAllOf: (postId) => removeAll(favorites, ({ post_id }) => post_id === postId),
  };
}
