import type { Api } from "./api";
import type { Change, Comment, Post, Topic } from "./events";
import { changeTo, type Memory } from "./memory";
import type { Surroundings } from "./surroundings";

/** What a topic's list says. */
export interface Reading<Item = Post | Comment> {
  /** What was read of the topic's list, newest first: posts for `all`, a post's comments for `post:ID`. */
  readonly items: readonly Item[];
  /**
   * Everything that was created from this time on was compared with what is known; `""` if that is all there is. What
   * is older may have been changed or deleted unheard.
   */
  readonly from: string;
}

/** The most parts of a list that one reading asks for, each of 100 items. */
const MOST_PARTS = 5;

/**
 * How far behind the last moment of which everything is known a reading begins, in milliseconds: that much later than
 * it was made, an item may appear in a list, or be told to some and not yet to others.
 */
const OVERLAP = 300_000;

interface Services {
  readonly api: Api;
  readonly memory: Memory;
  readonly tell: (change: Change) => void;
  readonly surroundings: Pick<Surroundings, "now">;
}

/** How far a topic's list was read. */
export interface Place {
  /**
   * Until when everything is known, as the server tells time; `""` if there was nothing. Without it the list was not read
   * yet.
   */
  until?: string;
  /** The ids of what was there at the first reading. It is no news to any later one. */
  readonly baseline: Set<string>;
}

/** One reading that is under way. */
interface Course {
  readonly place: Place;
  /** The time from which on everything unknown is news; without it, nothing unknown is. */
  readonly begin: string | undefined;
  /** The memory's serial number when the reading began. */
  readonly began: number;
  readonly services: Services;
  readonly signal: AbortSignal;
}

/**
 * Reads a topic's list and tells what is new in it. The first reading tells only what differs from what is known:
 * everything else is where the listeners begin.
 *
 * @throws ApiError, and what `fetch` throws. What was told until then is not told again.
 */
export async function readTopic(topic: Topic, place: Place, services: Services, signal: AbortSignal): Promise<Reading> {
  const { until } = place;
  const begin = until && new Date(Date.parse(until) - OVERLAP).toISOString();
  const course = { place, begin, began: services.memory.serial, services, signal };
  const [, postId] = topic.split(":");
  if (topic === "all") return readList<Post>("/posts", undefined, course);
  // The API has no list of the caller's own posts and comments.
  if (postId === undefined) return { items: [], from: new Date(services.surroundings.now()).toISOString() };
  const post = await services.api.read<Post>(`/posts/${postId}`, signal);
  if (post) compare(post, course);
  else tellGone(postId, postId, services);
  return post ? readList<Comment>(`/posts/${postId}/comments`, postId, course) : { items: [], from: "" };
}

async function readList<Item extends Post | Comment>(
  path: string,
  postId: string | undefined,
  course: Course,
): Promise<Reading> {
  const { begin, services, signal } = course;
  const { api, memory } = services;
  const items: Item[] = [];
  let from = "";
  let parts = 0;
  for await (const part of api.list<Item>(path, signal)) {
    items.push(...part.items);
    from = part.next_cursor === null ? "" : (items.at(-1)?.created_at ?? "");
    if (++parts === MOST_PARTS || begin === undefined || (items.length > 0 && from < begin)) break;
  }
  // The oldest first, as they were made.
  for (const item of items.toReversed()) compare(item, course);
  // A list may be late by a moment, so that what is not in it may be there all the same.
  for (const id of memory.missing(postId, from, new Set(items.map(({ id }) => id)))) {
    const item = await api.read<Item>(`/${postId ? "comments" : "posts"}/${id}`, signal);
    if (item) compare(item, course);
    else tellGone(id, postId ?? id, services);
  }
  return { items: items.filter(({ id }) => !memory.isGone(id)), from };
}

/** Tells what is new in a post or a comment, if anything is. */
function compare(item: Post | Comment, { place, begin, began, services }: Course): void {
  const { memory, tell } = services;
  const { id, version, created_at, updated_at } = item;
  const before = memory.version(id);
  const isChanged = before !== undefined && before < version;
  if (begin === undefined) place.baseline.add(id);
  const isNews = isChanged || (begin !== undefined && updated_at >= begin && !place.baseline.has(id));
  if (memory.learn(item, !isNews)) {
    if (isNews) tell(changeTo(item, !isChanged && created_at >= (begin ?? "")));
  } else if ("favorite_count" in item && memory.count(item, began)) {
    const { favorite_count: favorites } = item;
    const change = { ...changeTo(item, false), id: `${id}+${++memory.serial}`, data: { favorites } };
    tell({ ...change, type: "favorites.changed" });
  }
}

function tellGone(id: string, postId: string, { memory, tell, surroundings }: Services): void {
  const at = new Date(surroundings.now()).toISOString();
  const version = (memory.version(id) ?? 0) + 1;
  if (!memory.forget({ id }, postId, at)) return;
  const type = id === postId ? "post.deleted" : "comment.deleted";
  tell({ id: `${id}@gone`, type, at, post_id: postId, version, data: { id } });
}
