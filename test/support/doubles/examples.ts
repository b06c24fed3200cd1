/** Example resources for tests, each told from the others by a number. */
import type { Comment } from "../../../domain/comments/comments";
import { commentRow } from "../../../domain/comments/comments.row";
import type { Post } from "../../../domain/posts/posts";
import { postRow } from "../../../domain/posts/posts.row";
import { idOf } from "./services";

export const postId = (n: number): string => `10000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** Returns the nth post, made n seconds after 1970. Fields that are not named here have their defaults. */
export function postOf(n: number, changes: Partial<Post> = {}): Post {
  const at = new Date(n * 1_000).toISOString();
  const written = { id: postId(n), title: `Title ${n}`, content: `Content ${n}`, author_id: "author" };
  return {
    ...postRow.parse({ ...written, version: 1, favorite_count: 0, created_at: at, updated_at: at }),
    ...changes,
  };
}

/** Returns the nth comment, on the first post, made n seconds after 1970. */
export function commentOf(n: number, changes: Partial<Comment> = {}): Comment {
  const at = new Date(n * 1_000).toISOString();
  const written = { id: idOf(n), post_id: postId(1), content: `Comment ${n}`, author_id: "reader" };
  return { ...commentRow.parse({ ...written, version: 1, created_at: at, updated_at: at }), ...changes };
}

/** Returns the tombstone of the nth post, deleted at a time. */
export const tombstoneOf = (n: number, deleted_at: string) => ({ id: postId(n), author_id: "author", deleted_at });
