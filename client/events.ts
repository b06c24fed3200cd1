/** A post, as the API shows it. */
export interface Post {
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly author_id: string;
  readonly version: number;
  readonly favorite_count: number;
  /** ISO 8601 with milliseconds, in UTC, as every time here. */
  readonly created_at: string;
  readonly updated_at: string;
}

/** A comment, as the API shows it. */
export interface Comment {
  readonly id: string;
  readonly post_id: string;
  readonly content: string;
  readonly author_id: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What was deleted. */
export interface Gone {
  readonly id: string;
}

/** What listeners can hear of: everything, the caller's own posts and comments, or a post with its comments. */
export type Topic = "all" | "own" | `post:${string}`;

/** @throws RangeError for what has not the form of a topic: the server refuses a whole connection for one such */
export function requireTopic(topic: Topic): void {
  if (!/^(all|own|post:[0-9a-f-]{36})$/.test(topic))
    throw new RangeError(`${topic} is no topic: listen to all, own or post:<id of a post>.`);
}

/** The data of each kind of change. */
export interface Changes {
  readonly "post.created": Post;
  readonly "post.changed": Post;
  readonly "post.deleted": Gone;
  readonly "comment.created": Comment;
  readonly "comment.changed": Comment;
  readonly "comment.deleted": Gone;
  readonly "favorites.changed": { readonly favorites: number };
}

/** A change that was committed. A client is told each once, and of one thing never an earlier one after a later one. */
export type Change<Type extends keyof Changes = keyof Changes> = {
  [T in Type]: {
    /** The change's own: however often it arrives, its id is the same. */
    readonly id: string;
    readonly type: T;
    /** When it was made; of a deletion that was found out later, when it was found out. */
    readonly at: string;
    readonly post_id: string;
    /** Counts the changes to one post or comment. */
    readonly version: number;
    readonly data: Changes[T];
  };
}[Type];

/** A message that another server had broadcast. */
export interface Announcement {
  readonly id: string;
  readonly type: string;
  readonly data: object;
}

/** A frame's JSON object. Everything in it may be missing: it is another's. */
export type Frame = { readonly [field: string]: unknown };

/** Reads a frame. Returns undefined for what is no JSON object, such as the echo of a text. */
export function readFrame(text: unknown): Frame | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null ? (frame as Frame) : undefined;
  } catch {
    // An echo may be any text, and is nobody's event.
    return undefined;
  }
}

export function isAnnouncement(frame: object): frame is Announcement {
  const { id, type, data } = frame as Frame;
  return typeof id === "string" && typeof type === "string" && typeof data === "object" && data !== null;
}

/** Returns whether an announcement is a change: the types of changes are the platform's, and have all of these fields. */
export function isChange(announcement: Announcement): announcement is Change {
  const { at, post_id, version, data } = announcement as Announcement & Frame;
  return (
    /^((post|comment)\.(created|changed|deleted)|favorites\.changed)$/.test(announcement.type) &&
    typeof at === "string" &&
    typeof post_id === "string" &&
    typeof version === "number" &&
    (announcement.type === "favorites.changed" || typeof (data as Frame).id === "string")
  );
}
