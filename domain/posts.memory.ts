import { newestFirst } from "./creation";
import type { Post, PostStore } from "./posts";

export function memoryPostStore(): PostStore {
  const posts = new Map<string, Post>();
  return {
    async create(post) {
      posts.set(post.id, post);
    },
    async get(id) {
      return posts.get(id);
    },
    async newest(limit) {
      return [...posts.values()].sort(newestFirst).slice(0, limit);
    },
  };
}
