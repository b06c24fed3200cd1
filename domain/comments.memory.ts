import type { Comment, CommentStore } from "./comments";
import { newestFirst } from "./creation";

export function memoryCommentStore(): CommentStore {
  const comments = new Map<string, Comment>();
  return {
    async create(comment) {
      comments.set(comment.id, comment);
    },
    async newestOf(postId, limit) {
      return [...comments.values()]
        .filter(({ post_id }) => post_id === postId)
        .sort(newestFirst)
        .slice(0, limit);
    },
  };
}
