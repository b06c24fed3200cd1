import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { newestRows, partitionOf } from "../../runtime/dynamo/query";
import type { ItemKey } from "../../runtime/dynamo/table";
import type { Log } from "../../runtime/log";
import { newestFirst } from "../shared/creation";
import type { Page, Position } from "../shared/page";
import type { Post } from "./posts";
import { postRow } from "./posts.row";
import { postsTable } from "./posts.table";

/**
 * The number of partitions that the posts are spread over in the index that lists them, because one partition takes
 * 1,000 writes a second at most
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html). A list merges them:
 * more shards write faster and list slower.
 */
const FEED_SHARDS = 4;

/** Returns the value of `feed` of the post with an id. */
export const feedOf = (id: string): string => `feed#${Number.parseInt(id.slice(-2), 16) % FEED_SHARDS}`;
const feeds = Array.from({ length: FEED_SHARDS }, (_, shard) => `feed#${shard}`);

/** The place of a shard in a position after which nothing follows in it. New posts come before every place. */
const END = "end";

/**
 * Lists posts, newest first, merged from all shards. The position holds, for each shard, the last post taken from it
 * as `<created_at> <id>`; nothing if none was.
 */
export async function newestOfFeeds(
  client: DynamoDBDocumentClient,
  table: string,
  log: Log,
  limit: number,
  from: Position = {},
): Promise<Page<Post>> {
  const shards = await Promise.all(
    feeds.map(async (feed) => {
      const place = from[feed];
      const partition = partitionOf(postsTable, "by_creation", table, feed);
      const { items, next }: Page<Post> =
        place === END
          ? { items: [] }
          : await newestRows(client, partition, limit, postRow, log, startAfter(feed, place));
      return { feed, place, posts: items, taken: 0, next };
    }),
  );
  const items: Post[] = [];
  while (items.length < limit) {
    // A shard that was read in part, and of which all is taken, may hold the next post: the page ends here.
    if (shards.some(({ posts, taken, next }) => taken === posts.length && next)) break;
    let newest: { readonly shard: (typeof shards)[number]; readonly post: Post } | undefined;
    for (const shard of shards) {
      const post = shard.posts[shard.taken];
      // The order within a shard is DynamoDB's and stays as it is: its position depends on it.
      if (post && (!newest || newestFirst(post, newest.post) < 0)) newest = { shard, post };
    }
    if (!newest) break;
    newest.shard.taken += 1;
    items.push(newest.post);
  }
  const places = shards.map(({ feed, place, posts, taken, next }): [string, string | undefined] => {
    if (taken === posts.length) return [feed, next ? placeOf(next) : END];
    const last = posts[taken - 1];
    return [feed, last ? placeOf(last) : place];
  });
  if (places.every(([, place]) => place === END)) return { items };
  const next: Record<string, string> = {};
  for (const [feed, place] of places) if (place !== undefined) next[feed] = place;
  return { items, next };
}

const placeOf = ({ created_at = "", id = "" }: Position | Post): string => `${created_at} ${id}`;

/** Returns the place as DynamoDB's own key of the last row that was read. */
function startAfter(feed: string, place: string | undefined): Position | undefined {
  if (place === undefined) return undefined;
  const [created_at = "", id = ""] = place.split(" ");
  return { feed, created_at, id } satisfies ItemKey<typeof postsTable> & ItemKey<typeof postsTable.indexes.by_creation>;
}
