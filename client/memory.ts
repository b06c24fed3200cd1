import { type Announcement, type Change, type Comment, type Gone, isChange, type Post } from "./events";

/** What is remembered of a post or a comment. */
interface Known {
  version: number;
  readonly created_at: string;
  /** The post that it is on; undefined for a post. */
  readonly post_id: string | undefined;
  /** A post's count of favorites, and the serial number and version of the message that told it, 0 for a list. */
  favorites: number | undefined;
  counted: number;
  counts: number;
  gone: boolean;
  /** True for what was there before its list was first read: no listener was told of it, and a message still tells. */
  readonly quiet: boolean;
}

/**
 * How many messages and how many things are remembered. Those of hours in most places; beyond it, the ones that were
 * heard of longest ago are forgotten.
 */
const SIZE = 4_096;

/**
 * Remembers what the listeners were told, so that they are told everything once: messages by their ids, posts and
 * comments by their versions. A version tells too what comes of one thing after a later change, and that a change that
 * a list showed is the one that a message tells of.
 */
export class Memory {
  /** Counts the messages. */
  serial = 0;
  readonly #messages = new Map<string, true>();
  readonly #things = new Map<string, Known>();

  /** Returns whether a message is to be told, and remembers it. */
  admits(message: Announcement): boolean {
    if (this.#messages.has(message.id)) return false;
    keep(this.#messages, message.id, true);
    this.serial++;
    if (!isChange(message)) return true;
    if (message.type === "favorites.changed") {
      const post = this.#things.get(message.post_id);
      if (post?.gone) return false;
      if (!post) return true;
      const { version: counts, data } = message;
      if (counts <= post.counts) return false;
      Object.assign(post, { favorites: data.favorites, counted: this.serial, counts });
      return true;
    }
    if (message.type.endsWith(".deleted")) return this.forget(message.data, message.post_id, message.at);
    return this.learn(message.data as Post | Comment);
  }

  /**
   * Remembers the state of a post or a comment. Returns whether it is later than what was known, or was not told yet.
   *
   * @param quiet whether it is remembered and not told
   */
  learn(thing: Post | Comment, quiet = false): boolean {
    const known = this.#things.get(thing.id);
    if (
      known &&
      (known.gone || known.version > thing.version || (known.version === thing.version && (quiet || !known.quiet)))
    )
      return false;
    const { id, version, created_at } = thing;
    const onPost = "post_id" in thing ? thing.post_id : undefined;
    const favorites = "favorite_count" in thing ? thing.favorite_count : undefined;
    const counts = known?.counts ?? 0;
    keep(this.#things, id, { version, created_at, favorites, counted: 0, counts, post_id: onPost, gone: false, quiet });
    return true;
  }

  /** Remembers a deletion. Returns whether it was not known. */
  forget({ id }: Gone, postId: string, at: string): boolean {
    const known = this.#things.get(id);
    if (known?.gone) return false;
    const post_id = id === postId ? undefined : postId;
    keep(this.#things, id, {
      version: 0,
      created_at: at,
      favorites: undefined,
      counted: 0,
      counts: 0,
      quiet: false,
      ...known,
      post_id,
      gone: true,
    });
    return true;
  }

  /**
   * Remembers the count of favorites that a list showed. Returns whether another was known.
   *
   * @param began the serial number when the list was asked for: a message since then is later than the list
   */
  count({ id, favorite_count }: Post, began: number): boolean {
    const known = this.#things.get(id);
    if (!known || known.gone || known.favorites === favorite_count || known.counted > began) return false;
    const told = known.favorites !== undefined;
    known.favorites = favorite_count;
    return told;
  }

  version(id: string): number | undefined {
    return this.#things.get(id)?.version;
  }

  isGone(id: string): boolean {
    return this.#things.get(id)?.gone === true;
  }

  /**
   * Lists what is known to have been in a list and is not in what was read of it.
   *
   * @param postId the post whose comments were listed; undefined for the list of posts
   * @param from the time of creation from which on the list was read
   */
  missing(postId: string | undefined, from: string, read: ReadonlySet<string>): string[] {
    return [...this.#things]
      .filter(
        ([id, { post_id, created_at, gone }]) => post_id === postId && !gone && created_at >= from && !read.has(id),
      )
      .map(([id]) => id);
  }
}

/** Puts an entry at the end and drops the first one if there are too many: maps keep the order of insertion. */
function keep<Entry>(map: Map<string, Entry>, key: string, entry: Entry): void {
  map.delete(key);
  map.set(key, entry);
  if (map.size > SIZE) for (const [first] of map) return void map.delete(first);
}

/** Returns the change that brought a post or a comment into the state that a list shows. */
export function changeTo(thing: Post | Comment, isNew: boolean): Change {
  const { id, version, updated_at: at } = thing;
  const of =
    "post_id" in thing ? ({ noun: "comment", post_id: thing.post_id } as const) : { noun: "post", post_id: id };
  const type = `${of.noun}.${isNew ? "created" : "changed"}`;
  return { id: `${id}@${version}`, type, at, post_id: of.post_id, version, data: thing } as Change;
}
