import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { listComments } from "../../../domain/comments/comments";
import { commentsTable } from "../../../domain/comments/comments.table";
import type { favoritesTable } from "../../../domain/favorites/favorites.table";
import { listPosts } from "../../../domain/posts/posts";
import { documentClient } from "../../../runtime/aws-clients";
import { partitionOf, queryOf } from "../../../runtime/dynamo/query";
import type { ItemKey } from "../../../runtime/dynamo/table";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { commentOf, postId, postOf } from "../../support/doubles/examples";
import { recordingLog } from "../../support/doubles/log";
import { serve } from "../../support/doubles/servers/http-server";
import { idOf } from "../../support/doubles/services";
import { dynamoStores, newTables, type TableNames } from "../../support/doubles/stores";

const LIMIT = 20;

const consumed = z.object({ CapacityUnits: z.number() });

/** Returns the cost of a list: its requests, and the capacity that DynamoDB charges for them. */
async function costOf(endpoint: string, tables: TableNames, list: "comments" | "posts") {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
  const client = documentClient();
  const cost = { requests: 0, capacity: 0 };
  client.middlewareStack.add(
    (next) => async (call) => {
      Object.assign(call.input, { ReturnConsumedCapacity: "TOTAL" });
      const result = await next(call);
      const { output } = result;
      cost.requests += 1;
      if ("ConsumedCapacity" in output) cost.capacity += consumed.parse(output.ConsumedCapacity).CapacityUnits;
      return result;
    },
    { step: "initialize" },
  );
  const stores = dynamoStores(client, tables, recordingLog());
  const { items, next } = await (list === "comments"
    ? listComments(stores, undefined, postId(1), LIMIT)
    : listPosts(stores, undefined, LIMIT));
  expect(items).toHaveLength(LIMIT);
  expect(next).toBeDefined();
  return cost;
}

describe("the first page costs the same, however much is stored", () => {
  let dynamo: Dynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  });
  afterAll(() => dynamo.stop());

  /** Creates tables that hold so many comments on one post, and so many other posts. */
  async function filled(count: number): Promise<TableNames> {
    const tables = await newTables(dynamo);
    const rows = Array.from({ length: count }, (_, n) => n + 2);
    await dynamoStores(dynamo.client, tables).posts.create(postOf(1), "request");
    for (let start = 0; start < count; start += 25) {
      const some = rows.slice(start, start + 25);
      const put = (Item: object) => ({ PutRequest: { Item: { ...Item } } });
      const RequestItems = {
        [tables.comments]: some.map((n) => put(commentOf(n))),
        [tables.posts]: some.map((n) => put({ ...postOf(n), feed: `feed#${n % 4}` })),
      };
      for (const [table, requests] of Object.entries(RequestItems))
        await dynamo.client.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
    }
    return tables;
  }

  test("of comments and of posts, 100 or 500 of them: the same requests and the same capacity", async () => {
    const [few, many] = [await filled(100), await filled(500)];
    const comments = await costOf(dynamo.endpoint, few, "comments");
    // One request reads the post, and one its comments.
    expect(comments.requests).toBe(2);
    expect(await costOf(dynamo.endpoint, many, "comments")).toEqual(comments);
    const posts = await costOf(dynamo.endpoint, few, "posts");
    expect(posts.requests).toBe(4);
    expect(await costOf(dynamo.endpoint, many, "posts")).toEqual(posts);
  });
});

describe("a partition", () => {
  test("takes the names of its keys from the table's definition", () => {
    const partition = partitionOf(commentsTable, "by_post", "comments-1", postId(1));
    expect(queryOf(partition, "2026")).toEqual({
      TableName: "comments-1",
      IndexName: "by_post",
      KeyConditionExpression: "#hash = :value AND #range < :before",
      ExpressionAttributeNames: { "#hash": "post_id", "#range": "created_at" },
      ExpressionAttributeValues: { ":value": postId(1), ":before": "2026" },
    });
  });

  test("of an index that the table does not have does not compile, and neither does a misspelt key", () => {
    // @ts-expect-error the index is called by_post
    expect(() => partitionOf(commentsTable, "by_posts", "comments-1", postId(1))).toThrow("no index by_posts");
    const key = (_key: ItemKey<typeof favoritesTable>) => expect(_key).toBeDefined();
    key({ user_id: "ann", post_id: postId(1) });
    // @ts-expect-error post_id is missing
    key({ user_id: "ann" });
    // @ts-expect-error it is called post_id
    key({ user_id: "ann", postId: postId(1) });
  });
});

/**
 * Stands for a table that takes too long to fill: answers a query from so many rows, as DynamoDB does, and counts what
 * it reads.
 */
async function largeTable(rows: number) {
  const read = { requests: 0, rows: 0 };
  const post = { ...postOf(1) };
  const marshalled = (thing: object) =>
    Object.fromEntries(
      Object.entries(thing).map(([name, value]) => [
        name,
        typeof value === "number" ? { N: String(value) } : { S: value },
      ]),
    );
  const server = await serve(({ headers, body }, response) => {
    read.requests += 1;
    const { Limit = rows } = JSON.parse(body.toString());
    const isQuery = String(headers["x-amz-target"]).endsWith(".Query");
    const served = isQuery ? Math.min(rows, Limit) : 1;
    read.rows += served;
    const items = Array.from({ length: isQuery ? served : 0 }, (_, n) => marshalled(commentOf(rows - n)));
    const last = served < rows && isQuery ? { LastEvaluatedKey: { id: { S: idOf(rows - served) } } } : {};
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(JSON.stringify(isQuery ? { Items: items, ...last } : { Item: marshalled(post) }));
  });
  return { server, read };
}

test.each([100, 100_000])("page 1 of %d comments takes 2 requests, which read 21 rows", async (rows) => {
  const { server, read } = await largeTable(rows);
  try {
    await costOf(server.url, { posts: "posts", comments: "comments", favorites: "favorites" }, "comments");
    expect(read).toEqual({ requests: 2, rows: LIMIT + 1 });
  } finally {
    await server.stop();
  }
});
