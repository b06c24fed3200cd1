import type { CommentStore } from "../../../domain/comments/comments";
import { dynamoCommentStore } from "../../../domain/comments/comments.dynamo";
import type { FavoriteStore } from "../../../domain/favorites/favorites";
import { dynamoFavoriteStore } from "../../../domain/favorites/favorites.dynamo";
import type { PostStore } from "../../../domain/posts/posts";
import { dynamoPostStore } from "../../../domain/posts/posts.dynamo";
import type { Page, Position } from "../../../domain/shared/page";
import type { Dynamo } from "./dynamo";
import { recordingLog } from "./log";
import { memoryCommentStore } from "./memory/comments";
import { memoryFavoriteStore } from "./memory/favorites";
import { memoryPostStore } from "./memory/posts";
import { memoryTables } from "./memory/tables";

/** The stores whose writes are checked against each other. */
export interface Stores {
  readonly posts: PostStore;
  readonly comments: CommentStore;
  readonly favorites: FavoriteStore;
}

export interface TableNames {
  readonly posts: string;
  readonly comments: string;
  readonly favorites: string;
}

export function memoryStores(tables = memoryTables()): Stores {
  return {
    posts: memoryPostStore(tables),
    comments: memoryCommentStore(tables),
    favorites: memoryFavoriteStore(tables),
  };
}

export async function newTables(dynamo: Dynamo): Promise<TableNames> {
  const [posts, comments, favorites] = await Promise.all([
    dynamo.create("posts"),
    dynamo.create("comments"),
    dynamo.create("favorites"),
  ]);
  return { posts, comments, favorites };
}

/** Creates the tables of connections and of what belongs to them. */
export async function newRealtimeTables(dynamo: Dynamo) {
  const [connections, subscriptions, users, tickets] = await Promise.all([
    dynamo.create("connections"),
    dynamo.create("subscriptions"),
    dynamo.create("users"),
    dynamo.create("tickets"),
  ]);
  return { connections, subscriptions, users, tickets };
}

export function dynamoStores(client: Dynamo["client"], tables: TableNames, log = recordingLog()): Stores {
  return {
    posts: dynamoPostStore(client, tables.posts, log),
    comments: dynamoCommentStore(client, tables, log),
    favorites: dynamoFavoriteStore(client, tables, log),
  };
}

/** Returns everything that a list holds. It is read page by page, with work done between the pages. */
export async function walk<Item>(
  list: (from: Position | undefined) => Promise<Page<Item>>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<Item[]> {
  const found: Item[] = [];
  let from: Position | undefined;
  do {
    const page: Page<Item> = await list(from);
    found.push(...page.items);
    from = page.next;
    await between();
  } while (from);
  return found;
}
