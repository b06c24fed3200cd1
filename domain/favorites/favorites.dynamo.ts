import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { newestRows } from "../../runtime/dynamo/query";
import { removeRows, writeTogether } from "../../runtime/dynamo/writes";
import type { Log } from "../../runtime/log";
import { IS_POST } from "../posts/posts.dynamo";
import { NotFound } from "../shared/errors";
import { type FavoriteStore, favorite } from "./favorites";

export function dynamoFavoriteStore(
  client: DynamoDBDocumentClient,
  { favorites: table, posts }: { readonly favorites: string; readonly posts: string },
  log: Log,
): FavoriteStore {
  const counted = (id: string, change: 1 | -1) => ({
    Update: {
      TableName: posts,
      Key: { id },
      UpdateExpression: "ADD favorite_count :change",
      ConditionExpression: IS_POST,
      ExpressionAttributeValues: { ":change": change },
    },
  });
  // That it is one already, or none, is what was asked for: only the post must be there.
  const insistOnPost = (refused: ReadonlySet<number>) => {
    if (refused.has(0)) throw new NotFound("post");
  };
  return {
    async add(added) {
      const put = { TableName: table, Item: added, ConditionExpression: "attribute_not_exists(user_id)" };
      insistOnPost(await writeTogether(client, [counted(added.post_id, 1), { Put: put }]));
    },
    async remove(user_id, post_id) {
      const Key = { user_id, post_id };
      const remove = { TableName: table, Key, ConditionExpression: "attribute_exists(user_id)" };
      insistOnPost(await writeTogether(client, [counted(post_id, -1), { Delete: remove }]));
    },
    newestOf(userId, limit, from) {
      const partition = { table, index: "by_creation", key: "user_id", value: userId };
      return newestRows(client, partition, limit, favorite, log, from);
    },
    removeAllOf(postId) {
      const partition = { table, index: "by_post", key: "post_id", value: postId };
      return removeRows(client, partition, ["user_id", "post_id"]);
    },
  };
}
