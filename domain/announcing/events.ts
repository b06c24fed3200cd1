import * as z from "zod/mini";
import { commentRow } from "../comments/comments.row";
import { COUNTS } from "../favorites/favorites.row";
import { postRow } from "../posts/posts.row";
import type { Message } from "../realtime/message";
import { postTopic, type Topic, userTopic } from "../realtime/topics";

/** A row of a table, as it was or is. */
type Row = Readonly<Record<string, unknown>>;

/** A committed change of a row, as the table's change stream tells it. */
export interface RowChange {
  /** The change's own id: the same however often it is told. */
  readonly id: string;
  /** When it was committed, as an ISO 8601 time to the second. */
  readonly at: string;
  readonly table: "posts" | "comments";
  /** The row before the change, unless the change created it. */
  readonly before: Row | undefined;
  /** The row after the change, unless the change removed it. */
  readonly after: Row | undefined;
}

/** What everyone who listens is told of a change. */
interface ChangeMessage extends Message {
  readonly type: `${"post" | "comment"}.${"created" | "changed" | "deleted"}` | "favorites.changed";
  readonly at: string;
  readonly post_id: string;
  /** Counts the changes of the post or comment, of which a deletion is one; or those of the count of favorites. */
  readonly version: number;
}

/** A message and the topics whose listeners it is for. */
export interface Announcement {
  readonly message: ChangeMessage;
  readonly topics: readonly Topic[];
}

/**
 * Returns what is announced of a change. A row is a post, a comment, or the tombstone of one, and this tells from the two
 * sides of the change what has happened:
 *
 * - a post or comment came, changed its version, or gave way to its tombstone
 * - a post's count of favorites changed
 *
 * Nothing is announced of anything else: that a deletion is finished and its tombstone settled, that DynamoDB removes a
 * tombstone, and that the comments on a deleted post are removed, which goes without saying.
 *
 * @throws ZodError for a row that is none of any release
 */
export function announcementOf({ id, at, table, before, after }: RowChange): Announcement | undefined {
  const read = table === "posts" ? readPost : readComment;
  const was = read(before);
  const is = read(after);
  const announce = (
    { owner, post_id }: Thing,
    message: Pick<ChangeMessage, "type" | "version" | "data"> & { readonly at?: string },
  ): Announcement => ({
    message: { id, at, post_id, ...message },
    topics: ["all", postTopic(post_id), userTopic(owner)],
  });
  const noun = table === "posts" ? "post" : "comment";
  if (is) {
    const { version, data } = is;
    if (!was) return announce(is, { type: `${noun}.created`, at: data.created_at, version, data });
    if (version !== was.version) return announce(is, { type: `${noun}.changed`, at: data.updated_at, version, data });
    if (is.favorites !== was.favorites)
      return announce(is, { type: "favorites.changed", version: is.counts ?? 0, data: { favorites: is.favorites } });
    return undefined;
  }
  if (was && after && isTombstone(after))
    return announce(was, {
      type: `${noun}.deleted`,
      at: after.deleted_at,
      version: was.version + 1,
      data: { id: was.data.id },
    });
  return undefined;
}

/** A post or a comment in a row. */
interface Thing {
  readonly data: { readonly id: string; readonly created_at: string; readonly updated_at: string };
  readonly owner: string;
  readonly post_id: string;
  readonly version: number;
  readonly favorites?: number;
  /** How often the count of favorites has changed. */
  readonly counts?: number;
}

/** Rows of earlier releases do not say how often their count changed: it counts as never. */
const counted = z._default(z.number(), 0);

function readPost(row: Row | undefined): Thing | undefined {
  if (!row || isTombstone(row)) return undefined;
  const data = postRow.parse(row);
  const { id: post_id, author_id: owner, version, favorite_count: favorites } = data;
  return { data, owner, post_id, version, favorites, counts: counted.parse(row[COUNTS]) };
}

function readComment(row: Row | undefined): Thing | undefined {
  if (!row || isTombstone(row)) return undefined;
  const data = commentRow.parse(row);
  const { post_id, author_id: owner, version } = data;
  return { data, owner, post_id, version };
}

const isTombstone = (row: Row): row is Row & { readonly deleted_at: string } => typeof row.deleted_at === "string";
