import type { Comment } from "../../../../domain/comments/comments";
import type { Favorite } from "../../../../domain/favorites/favorites";
import type { Post, PostTombstone } from "../../../../domain/posts/posts";
import { type Created, newestFirst } from "../../../../domain/shared/creation";
import type { Page, Position } from "../../../../domain/shared/page";

/** A resource with the fingerprint of the request that created it. */
interface Stored<Resource> {
  readonly resource: Resource;
  readonly request: string;
}

/** The data that the stores in memory share, as the tables of DynamoDB are shared: some writes are of two of them. */
export interface MemoryTables {
  readonly posts: Map<string, Stored<Post>>;
  /** The tombstones of posts that are not settled. */
  readonly tombstones: Map<string, PostTombstone>;
  readonly comments: Map<string, Stored<Comment>>;
  /** The favorites by user and post. */
  readonly favorites: Map<string, Favorite>;
  /** The ids of deleted comments, and of deleted posts whose tombstones are settled. */
  readonly deleted: Set<string>;
}

export const memoryTables = (): MemoryTables => ({
  posts: new Map(),
  tombstones: new Map(),
  comments: new Map(),
  favorites: new Map(),
  deleted: new Set(),
});

/** Returns a page of resources, newest first. A position is the last item of the page before. */
export function newestPage<Resource>(
  resources: readonly Resource[],
  key: (resource: Resource) => Created,
  limit: number,
  from: Position | undefined,
): Page<Resource> {
  const { created_at = "", id = "" } = from ?? {};
  const following = resources
    .filter((resource) => !from || newestFirst(key(resource), { created_at, id }) > 0)
    .sort((a, b) => newestFirst(key(a), key(b)));
  const items = following.slice(0, limit);
  const last = items.at(-1);
  if (last === undefined || following.length <= limit) return { items };
  const next = key(last);
  return { items, next: { created_at: next.created_at, id: next.id } };
}

/** Removes the entries of a map that match, page by page. */
export async function* removeAll<Value>(
  map: Map<string, Value>,
  matches: (value: Value) => boolean,
  pageSize = 2,
): AsyncGenerator<void> {
  for (;;) {
    const keys = [...map].filter(([, value]) => matches(value)).map(([key]) => key);
    if (keys.length === 0) return;
    for (const key of keys.slice(0, pageSize)) map.delete(key);
    yield;
  }
}
