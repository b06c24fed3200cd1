import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { removeItems } from "../../runtime/dynamo/batch";
import { newestRows, partitionOf } from "../../runtime/dynamo/query";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeTogether } from "../../runtime/dynamo/writes";
import type { Log } from "../../runtime/log";
import { NotFound } from "../shared/errors";
import { IS_LIVE } from "../shared/rows.dynamo";
import type { FavoriteStore } from "./favorites";
import { COUNTS, favoriteRow } from "./favorites.row";
import { favoritesTable } from "./favorites.table";

/** Creates the store of favorites in DynamoDB. The table of posts is written too: each post counts its favorites. */
export function dynamoFavoriteStore(
  client: DynamoDBDocumentClient,
  { favorites: table, posts }: { readonly favorites: string; readonly posts: string },
  log: Log,
): FavoriteStore {
  const counted = (id: string, change: 1 | -1) => ({
    Update: {
      TableName: posts,
      Key: { id },
      UpdateExpression: `ADD favorite_count :change, ${COUNTS} :one`,
      ConditionExpression: IS_LIVE,
      ExpressionAttributeValues: { ":change": change, ":one": 1 },
    },
  });
  // A post that is a favorite already, or none, is what was asked for. Only the post must be there.
  const insistOnPost = (refused: ReadonlySet<number>) => {
    if (refused.has(0)) throw new NotFound("post");
  };
  return {
    async add(added) {
      const Item = added satisfies ItemKey<typeof favoritesTable>;
      const put = { TableName: table, Item, ConditionExpression: `attribute_not_exists(${favoritesTable.hashKey})` };
      insistOnPost(await writeTogether(client, [counted(added.post_id, 1), { Put: put }]));
    },
    async remove(user_id, post_id) {
      const Key: ItemKey<typeof favoritesTable> = { user_id, post_id };
      const remove = { TableName: table, Key, ConditionExpression: `attribute_exists(${favoritesTable.hashKey})` };
      insistOnPost(await writeTogether(client, [counted(post_id, -1), { Delete: remove }]));
    },
    newestOf(userId, limit, from) {
      const partition = partitionOf(favoritesTable, "by_creation", table, userId);
      return newestRows(client, partition, limit, favoriteRow, log, from);
    },
    removeAllOf(postId) {
      return removeItems(client, partitionOf(favoritesTable, "by_post", table, postId));
    },
  };
}
