import * as z from "zod/mini";
import type { Created } from "./creation";
import { text } from "./text";

/** What a writer sends to publish a post. */
export const postInput = z.strictObject({
  title: text(200, "one line"),
  content: text(20_000, "many lines"),
});

export type PostInput = z.output<typeof postInput>;

export interface Post extends PostInput, Created {}

export interface PostStore {
  /** Stores a new post. Doing it twice with the same post is doing it once. */
  create(post: Post): Promise<void>;
  get(id: string): Promise<Post | undefined>;
  /** The newest posts, newest first. */
  newest(limit: number): Promise<readonly Post[]>;
}

export function newPost(input: PostInput, id: string, now: Date): Post {
  return { id, title: input.title, content: input.content, created_at: now.toISOString() };
}
