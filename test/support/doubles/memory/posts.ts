import type { PostStore } from "../../../../domain/posts/posts";
import { IdempotencyKeyReused, NotFound, Stale } from "../../../../domain/shared/errors";
import { type MemoryTables, memoryTables, pageOf } from "./tables";

export function memoryPostStore({ posts, tombstones }: MemoryTables = memoryTables()): PostStore {
  /** @throws NotFound, Stale */
  function stored(id: string, version: number | undefined) {
    const row = posts.get(id);
    if (!row) throw new NotFound("post");
    if (version !== undefined && row.thing.version !== version) throw new Stale("post");
    return row;
  }

  return {
    async create(post, request) {
      const existing = posts.get(post.id);
      if (tombstones.has(post.id) || (existing && existing.request !== request)) throw new IdempotencyKeyReused();
      if (!existing) posts.set(post.id, { thing: post, request });
      return existing?.thing ?? post;
    },
    async get(id) {
      return posts.get(id)?.thing;
    },
    async getAll(ids) {
      return ids.flatMap((id) => posts.get(id)?.thing ?? []);
    },
    async newest(limit, from) {
      const things = [...posts.values()].map(({ thing }) => thing);
      return pageOf(things, (post) => post, limit, from);
    },
    async update(id, { title, content }, at, version) {
      const { thing, request } = stored(id, version);
      const changed = { ...thing, title, content, version: thing.version + 1, updated_at: at };
      posts.set(id, { thing: changed, request });
      return changed;
    },
    async bury(id, at, version) {
      if (tombstones.has(id)) return;
      const { author_id } = stored(id, version).thing;
      posts.delete(id);
      tombstones.set(id, { id, author_id, deleted_at: at });
    },
    async tombstone(id) {
      return tombstones.get(id);
    },
    async tombstonesBefore(at, limit) {
      return [...tombstones.values()]
        .filter(({ deleted_at }) => deleted_at < at)
        .sort((a, b) => (a.deleted_at < b.deleted_at ? -1 : 1))
        .slice(0, limit);
    },
    async removeTombstone(id) {
      tombstones.delete(id);
    },
  };
}
