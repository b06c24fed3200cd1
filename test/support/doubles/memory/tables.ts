import type { Comment } from "../../../../domain/comments/comments";
import type { Favorite } from "../../../../domain/favorites/favorites";
import type { Post, Tombstone } from "../../../../domain/posts/posts";
import { type Created, newestFirst } from "../../../../domain/shared/creation";
import type { Page, Position } from "../../../../domain/shared/page";

/** A thing with what it was created from. */
interface Stored<Thing> {
  readonly thing: Thing;
  readonly request: string;
}

/** What the stores in memory share, as the tables of DynamoDB are shared: some writes are of two of them. */
export interface MemoryTables {
  readonly posts: Map<string, Stored<Post>>;
  readonly tombstones: Map<string, Tombstone>;
  readonly comments: Map<string, Stored<Comment>>;
  /** By user and post. */
  readonly favorites: Map<string, Favorite>;
}

export const memoryTables = (): MemoryTables => ({
  posts: new Map(),
  tombstones: new Map(),
  comments: new Map(),
  favorites: new Map(),
});

/** A page of things, newest first. A position is the last item of the page before. */
export function pageOf<Thing>(
  things: readonly Thing[],
  key: (thing: Thing) => Created,
  limit: number,
  from: Position | undefined,
): Page<Thing> {
  const { created_at = "", id = "" } = from ?? {};
  const following = things
    .filter((thing) => !from || newestFirst(key(thing), { created_at, id }) > 0)
    .sort((a, b) => newestFirst(key(a), key(b)));
  const items = following.slice(0, limit);
  const last = items.at(-1);
  if (last === undefined || following.length <= limit) return { items };
  const next = key(last);
  return { items, next: { created_at: next.created_at, id: next.id } };
}

/** Removes the entries of a map that match, page by page. */
export async function* removeAll<Thing>(
  map: Map<string, Thing>,
  matches: (thing: Thing) => boolean,
  pageSize = 2,
): AsyncGenerator<void> {
  for (;;) {
    const keys = [...map].filter(([, thing]) => matches(thing)).map(([key]) => key);
    if (keys.length === 0) return;
    for (const key of keys.slice(0, pageSize)) map.delete(key);
    yield;
  }
}
