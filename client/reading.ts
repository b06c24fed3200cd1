import type { Api } from "./api";
import type { Change, Comment, Post, Topic } from "./events";
import { changeTo, type Memory } from "./memory";

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
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Reads a topic's list and tells what is new in it.
 *
 * @param since the last time of which everything is known, as the server tells time; undefined if nothing was read yet:
 * then only what differs from what is known is told, and everything else is where the listeners begin
 * @throws ApiError, and what `fetch` throws. What was told until then is not told again.
 */
export async function readTopic(
  topic: Topic,
  since: string | undefined,
  services: Services,
  signal: AbortSignal,
): Promise<Reading> {
  const [, postId] = topic.split(":");
  if (topic === "all") return readList<Post>("/posts", undefined, since, services, signal);
  // No list shows what is someone's own.
  if (postId === undefined) return { items: [], from: new Date(services.now()).toISOString() };
  const began = services.memory.serial;
  const post = await services.api.read<Post>(`/posts/${postId}`, signal);
  if (!post) {
    tellGone(postId, postId, services);
    return { items: [], from: "" };
  }
  compare(post, since && earlier(since), began, services);
  return readList<Comment>(`/posts/${postId}/comments`, postId, since, services, signal);
}

async function readList<Item extends Post | Comment>(
  path: string,
  postId: string | undefined,
  since: string | undefined,
  services: Services,
  signal: AbortSignal,
): Promise<Reading> {
  const { api, memory } = services;
  const began = memory.serial;
  const begin = since && earlier(since);
  const items: Item[] = [];
  let from = "";
  let parts = 0;
  for await (const part of api.list<Item>(path, signal)) {
    items.push(...part.items);
    from = part.next_cursor === null ? "" : (items.at(-1)?.created_at ?? "");
    if (++parts === MOST_PARTS || begin === undefined || (items.length > 0 && from < begin)) break;
  }
  // The oldest first, as they were made.
  for (const item of items.toReversed()) compare(item, begin, began, services);
  // A list may be late by a moment, so that what is not in it may be there all the same.
  for (const id of memory.missing(postId, from, new Set(items.map(({ id }) => id)))) {
    const item = await api.read<Item>(`/${postId ? "comments" : "posts"}/${id}`, signal);
    if (item) compare(item, begin, began, services);
    else tellGone(id, postId ?? id, services);
  }
  return { items: items.filter(({ id }) => !memory.isGone(id)), from };
}

const earlier = (time: string): string => new Date(Date.parse(time) - OVERLAP).toISOString();

/**
 * Tells what is new in a post or a comment, if anything is.
 *
 * @param begin the time from which on everything unknown is news; undefined if nothing unknown is
 * @param began the memory's serial number when it was asked for
 */
function compare(item: Post | Comment, begin: string | undefined, began: number, { memory, tell }: Services): void {
  const before = memory.version(item.id);
  const isNews = before !== undefined || (begin !== undefined && item.updated_at >= begin);
  if (memory.learn(item)) {
    if (isNews) tell(changeTo(item, before === undefined && item.created_at >= (begin ?? "")));
  } else if ("favorite_count" in item && memory.count(item, began))
    tell({
      ...changeTo(item, false),
      id: `${item.id}@${item.version}+${item.favorite_count}`,
      type: "favorites.changed",
      data: { favorites: item.favorite_count },
    });
}

function tellGone(id: string, postId: string, { memory, tell, now }: Services): void {
  const at = new Date(now()).toISOString();
  const version = (memory.version(id) ?? 0) + 1;
  if (!memory.forget({ id }, postId, at)) return;
  const type = id === postId ? "post.deleted" : "comment.deleted";
  tell({ id: `${id}@gone`, type, at, post_id: postId, version, data: { id } });
}
