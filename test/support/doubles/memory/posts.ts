import type { PostStore } from "../../../../domain/posts/posts";
import { IdempotencyKeyReused, NotFound, Stale } from "../../../../domain/shared/errors";
import { type MemoryTables, memoryTables, newestPage } from "./tables";

export function memoryPostStore({ posts, tombstones, deleted }: MemoryTables = memoryTables()): PostStore {
  /** @throws NotFound, Stale */
  function stored(id: string, version: number | undefined) {
    const row = posts.get(id);
    if (!row) throw new NotFound("post");
    if (version !== undefined && row.resource.version !== version) throw new Stale("post");
    return row;
  }

  return {
    async create(post, request) {
      const existing = posts.get(post.id);
      const isTaken = tombstones.has(post.id) || deleted.has(post.id);
      if (isTaken || (existing && existing.request !== request)) throw new IdempotencyKeyReused();
      if (!existing) posts.set(post.id, { resource: post, request });
      return existing?.resource ?? post;
    },
    async get(id) {
      return posts.get(id)?.resource;
    },
    async getAll(ids) {
      return ids.flatMap((id) => posts.get(id)?.resource ?? []);
    },
    async newest(limit, from) {
      const resources = [...posts.values()].map(({ resource }) => resource);
      return newestPage(resources, (post) => post, limit, from);
    },
    async update(id, written, at, version) {
      const { resource, request } = stored(id, version);
      const changed = { ...resource, ...written, version: resource.version + 1, updated_at: at };
      posts.set(id, { resource: changed, request });
      return changed;
    },
    async bury(tombstone, version) {
      const { id } = tombstone;
      if (tombstones.has(id) || deleted.has(id)) return;
      stored(id, version);
      posts.delete(id);
      tombstones.set(id, tombstone);
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
    async settle({ id }) {
      if (tombstones.delete(id)) deleted.add(id);
    },
  };
}
