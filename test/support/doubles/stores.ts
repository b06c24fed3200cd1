import type { CommentStore } from "../../../domain/comments";
import { dynamoCommentStore } from "../../../domain/comments.dynamo";
import { memoryCommentStore } from "../../../domain/comments.memory";
import type { Position } from "../../../domain/cursor";
import type { FavoriteStore } from "../../../domain/favorites";
import { dynamoFavoriteStore } from "../../../domain/favorites.dynamo";
import { memoryFavoriteStore } from "../../../domain/favorites.memory";
import { memoryTables } from "../../../domain/memory";
import type { Page } from "../../../domain/page";
import type { PostStore } from "../../../domain/posts";
import { dynamoPostStore } from "../../../domain/posts.dynamo";
import { memoryPostStore } from "../../../domain/posts.memory";
import type { Dynamo } from "./dynamo";
import { recordingLog } from "./log";

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

export function dynamoStores(client: Dynamo["client"], tables: TableNames, log = recordingLog()): Stores {
  return {
    posts: dynamoPostStore(client, tables.posts, log),
    comments: dynamoCommentStore(client, tables, log),
    favorites: dynamoFavoriteStore(client, tables, log),
  };
}

/** Everything a list holds, page by page, with work done between the pages. */
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
