import type { CommentStore } from "../../../../domain/comments/comments";
import { IdempotencyKeyReused, NotFound, Stale } from "../../../../domain/shared/errors";
import { type MemoryTables, newestPage, removeAll } from "./tables";

/** @param tables the tables of the posts that are commented on */
export function memoryCommentStore({ posts, comments, deleted }: MemoryTables): CommentStore {
  return {
    async create(comment, request) {
      if (!posts.has(comment.post_id)) throw new NotFound("post");
      const existing = comments.get(comment.id);
      if (deleted.has(comment.id) || (existing && existing.request !== request)) throw new IdempotencyKeyReused();
      if (!existing) comments.set(comment.id, { resource: comment, request });
      return existing?.resource ?? comment;
    },
    async get(id) {
      return comments.get(id)?.resource;
    },
    async newestOf(postId, limit, from) {
      const all = [...comments.values()].map(({ resource }) => resource);
      const onPost = all.filter(({ post_id }) => post_id === postId);
      return newestPage(onPost, (comment) => comment, limit, from);
    },
    async update(id, written, at, version) {
      const row = comments.get(id);
      if (!row) throw new NotFound("comment");
      const { resource, request } = row;
      if (version !== undefined && resource.version !== version) throw new Stale("comment");
      const changed = { ...resource, ...written, version: resource.version + 1, updated_at: at };
      comments.set(id, { resource: changed, request });
      return changed;
    },
    async remove(id, _, version) {
      const comment = comments.get(id)?.resource;
      if (comment && version !== undefined && comment.version !== version) throw new Stale("comment");
      if (comments.delete(id)) deleted.add(id);
    },
    removeAllOf: (postId) => removeAll(comments, ({ resource }) => resource.post_id === postId),
  };
}
