import type { CommentStore } from "../../../../domain/comments/comments";
import { IdempotencyKeyReused, NotFound, Stale } from "../../../../domain/shared/errors";
import { type MemoryTables, pageOf, removeAll } from "./tables";

/** @param tables those of the posts that are commented on */
export function memoryCommentStore({ posts, comments }: MemoryTables): CommentStore {
  return {
    async create(comment, request) {
      if (!posts.has(comment.post_id)) throw new NotFound("post");
      const existing = comments.get(comment.id);
      if (existing && existing.request !== request) throw new IdempotencyKeyReused();
      if (!existing) comments.set(comment.id, { thing: comment, request });
      return existing?.thing ?? comment;
    },
    async get(id) {
      return comments.get(id)?.thing;
    },
    async newestOf(postId, limit, from) {
      const things = [...comments.values()].map(({ thing }) => thing).filter(({ post_id }) => post_id === postId);
      return pageOf(things, (comment) => comment, limit, from);
    },
    async update(id, { content }, at, version) {
      const row = comments.get(id);
      if (!row) throw new NotFound("comment");
      const { thing, request } = row;
      if (version !== undefined && thing.version !== version) throw new Stale("comment");
      const changed = { ...thing, content, version: thing.version + 1, updated_at: at };
      comments.set(id, { thing: changed, request });
      return changed;
    },
    async remove(id, version) {
      const thing = comments.get(id)?.thing;
      if (thing && version !== undefined && thing.version !== version) throw new Stale("comment");
      comments.delete(id);
    },
    removeAllOf: (postId) => removeAll(comments, ({ thing }) => thing.post_id === postId),
  };
}
