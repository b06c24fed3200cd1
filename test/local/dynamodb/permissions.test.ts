import { describe, expect, test } from "@jest/globals";
import { permissionsFor } from "../../../local/dynamodb/permissions";
import { formatIterator } from "../../../local/dynamodb/streams/iterator";
import type { JsonObject } from "../../../local/shared/json";

const place = { partition: "aws", suffix: "amazonaws.com", region: "eu-central-1", account: "000000000000" };
const TABLE = "arn:aws:dynamodb:eu-central-1:000000000000:table";

/** Such as `dynamodb:GetItem posts`. */
const needed = (operation: string, input: JsonObject) =>
  permissionsFor(operation, input, place).map(({ action, resource }) => `${action} ${resource.replace(TABLE, "")}`);

describe("what the caller has to be allowed", () => {
  test.each<[string, JsonObject, string[]]>([
    ["PutItem", { TableName: "posts" }, ["dynamodb:PutItem /posts"]],
    ["Query", { TableName: "posts" }, ["dynamodb:Query /posts"]],
    ["Query", { TableName: "posts", IndexName: "by_creation" }, ["dynamodb:Query /posts/index/by_creation"]],
    ["ListTables", {}, ["dynamodb:ListTables *"]],
    ["GetItem", { TableName: `${TABLE}/posts` }, ["dynamodb:GetItem /posts"]],
    ["TagResource", { ResourceArn: `${TABLE}/posts` }, ["dynamodb:TagResource /posts"]],
    ["ListStreams", { TableName: "posts" }, ["dynamodb:ListStreams /posts/stream/*"]],
    ["ListStreams", {}, ["dynamodb:ListStreams *"]],
    ["DescribeStream", { StreamArn: `${TABLE}/posts/stream/x` }, ["dynamodb:DescribeStream /posts/stream/x"]],
    ["GetShardIterator", { StreamArn: `${TABLE}/posts/stream/x` }, ["dynamodb:GetShardIterator /posts/stream/x"]],
    [
      "GetRecords",
      { ShardIterator: formatIterator(`${TABLE}/posts/stream/x`, 7, 0) },
      ["dynamodb:GetRecords /posts/stream/x"],
    ],
    ["GetRecords", { ShardIterator: "none" }, ["dynamodb:GetRecords *"]],
    [
      "BatchGetItem",
      { RequestItems: { posts: {}, comments: {} } },
      ["dynamodb:BatchGetItem /posts", "dynamodb:BatchGetItem /comments"],
    ],
    ["BatchWriteItem", { RequestItems: { posts: [] } }, ["dynamodb:BatchWriteItem /posts"]],
    [
      "TransactGetItems",
      { TransactItems: [{ Get: { TableName: "posts" } }, { Get: { TableName: "comments" } }] },
      ["dynamodb:GetItem /posts", "dynamodb:GetItem /comments"],
    ],
    [
      "TransactWriteItems",
      {
        TransactItems: [
          { ConditionCheck: { TableName: "posts" } },
          { Put: { TableName: "comments" } },
          { Update: { TableName: "posts" } },
          { Delete: { TableName: "favorites" } },
        ],
      },
      [
        "dynamodb:ConditionCheckItem /posts",
        "dynamodb:PutItem /comments",
        "dynamodb:UpdateItem /posts",
        "dynamodb:DeleteItem /favorites",
      ],
    ],
  ])("for %s is each action on each table: %j", (operation, input, expected) => {
    expect(needed(operation, input)).toEqual(expected);
  });

  test.each(["GetItem", "Query", "TagResource", "ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"])(
    "for %s is everything where a name is none",
    (operation) => {
      const none: JsonObject = JSON.parse('{"toString":1,"valueOf":1}');
      const names = { TableName: none, IndexName: none, ResourceArn: none, StreamArn: none, ShardIterator: none };
      expect(needed(operation, names)).toEqual([`dynamodb:${operation} *`]);
    },
  );

  test("does not depend on parameters that belong to other operations", () => {
    const others = { RequestItems: { allowed: {} }, TransactItems: [{ Put: { TableName: "allowed" } }] };
    expect(needed("DeleteItem", { ...others, TableName: "posts" })).toEqual(["dynamodb:DeleteItem /posts"]);
  });

  test("covers every action of an item that has several", () => {
    const mixed = { Put: { TableName: "allowed" }, Delete: { TableName: "posts" } };
    expect(needed("TransactWriteItems", { TransactItems: [mixed] })).toEqual([
      "dynamodb:PutItem /allowed",
      "dynamodb:DeleteItem /posts",
    ]);
  });
});
