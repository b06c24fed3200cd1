import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { newPost } from "../../domain/posts";
import { dynamoPostStore } from "../../domain/posts.dynamo";
import { isTransient } from "../../domain/runtime/aws-errors";
import { documentClient } from "../../domain/runtime/clients";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { dynamoError, type FaultyProxy, faultyProxy } from "../support/doubles/faulty-proxy";
import { recordingLog } from "../support/doubles/log";
import { postStoreContract } from "./posts-contract";

let dynamo: Dynamo;
let proxy: FaultyProxy;
beforeAll(async () => {
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await dynamo.stop();
});

postStoreContract("DynamoDB", async () => dynamoPostStore(dynamo.client, await dynamo.create("posts"), recordingLog()));

const post = newPost({ title: "Title", content: "Content" }, "00000000-0000-4000-8000-000000000001", new Date(1));
const throttled = dynamoError(400, "ThrottlingException");
const failed = dynamoError(500, "InternalServerError");

describe("the DynamoDB store of posts, when DynamoDB misbehaves", () => {
  let table: string;
  beforeAll(async () => {
    table = await dynamo.create("posts");
    process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
    // The SDK waits a random time between attempts: the shortest is no time at all.
    jest.spyOn(Math, "random").mockReturnValue(0);
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });

  const store = () => dynamoPostStore(documentClient(100), table, recordingLog());
  const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

  test.each([
    ["was throttled twice", [throttled, throttled]],
    ["failed once", [failed]],
    ["cut the connection once", ["reset" as const]],
    ["did not answer once", ["hang" as const]],
  ])("writes after DynamoDB %s", async (_, faults) => {
    proxy.plan(faults);
    await store().create(post);
    expect(await store().get(post.id)).toEqual(post);
  });

  test.each([
    ["the connection was cut", "reset after" as const],
    ["DynamoDB said that it had failed", { after: failed }],
  ])("writes once although %s after the write took effect", async (_, fault) => {
    proxy.plan([fault]);
    await store().create(post);
    expect(proxy.requests).toBe(2);
    expect(await store().newest(10)).toEqual([post]);
  });

  test.each([
    ["is always throttled", throttled],
    ["always exceeds its throughput", dynamoError(400, "ProvisionedThroughputExceededException")],
    ["always fails", failed],
    ["never answers", "hang" as const],
  ])("gives up after three attempts, as a passing trouble, when DynamoDB %s", async (_, fault) => {
    proxy.plan([], fault);
    expect(isTransient(await failureOf(store().get(post.id)))).toBe(true);
    expect(proxy.requests).toBe(3);
  });

  test("gives up after three attempts when DynamoDB always cuts the connection", async () => {
    proxy.plan([], "reset");
    await expect(store().get(post.id)).rejects.toThrow("socket hang up");
    expect(proxy.requests).toBe(3);
  });

  test.each([["ValidationException"], ["ResourceNotFoundException"], ["AccessDeniedException"]])(
    "gives up at once on %s, which does not pass",
    async (name) => {
      proxy.plan([], dynamoError(400, name));
      expect(isTransient(await failureOf(store().create(post)))).toBe(false);
      expect(proxy.requests).toBe(1);
    },
  );

  test("refuses an item larger than DynamoDB takes", async () => {
    proxy.plan([]);
    const large = newPost({ title: "t", content: "x".repeat(410 * 1024) }, post.id, new Date(1));
    const failure = await failureOf(store().create(large));
    expect(failure).toMatchObject({ name: "ValidationException" });
  });
});

describe("the DynamoDB store of posts, reading its index", () => {
  const item = (n: number) => ({
    id: `post-${n}`,
    title: "t",
    content: "c",
    created_at: `2026-01-01T00:00:0${n}.000Z`,
  });
  const marshalled = (n: number) => ({
    status: 200,
    body: {
      Items: [Object.fromEntries(Object.entries(item(n)).map(([key, value]) => [key, { S: value }]))],
      LastEvaluatedKey: { id: { S: `post-${n}` } },
    },
  });
  const emptyPage = { status: 200, body: { Items: [], LastEvaluatedKey: { id: { S: "x" } } } };
  const lastPage = { status: 200, body: { Items: [] } };

  test("reads on after empty pages until a shard has no more", async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
    // Four shards are read at once: each first gets an empty page that is not the last.
    proxy.plan([...Array(4).fill(emptyPage), marshalled(1), marshalled(2)], lastPage);
    const store = dynamoPostStore(documentClient(), "posts", recordingLog());
    expect(await store.newest(5)).toEqual([item(2), item(1)]);
    expect(proxy.requests).toBe(10);
  });

  test("asks each shard for no more than it may need", async () => {
    const posts = await dynamo.create("posts");
    const store = dynamoPostStore(dynamo.client, posts, recordingLog());
    for (let n = 0; n < 40; n++)
      await store.create({ ...post, id: `00000000-0000-4000-8000-0000000000${n.toString(16).padStart(2, "0")}` });
    expect(await store.newest(3)).toHaveLength(3);
  });

  test("leaves out and logs a row that is not a post, and lists the others", async () => {
    const posts = await dynamo.create("posts");
    const log = recordingLog();
    const store = dynamoPostStore(dynamo.client, posts, log);
    const row = { id: "broken", feed: "feed#1", created_at: "2030-01-01T00:00:00.000Z", title: 7 };
    await dynamo.client.send(new PutCommand({ TableName: posts, Item: row }));
    await store.create(post);
    expect(await store.newest(1)).toEqual([post]);
    expect(log.at("error")).toMatchObject([{ fields: { row_id: "broken", table: posts } }]);
    await expect(store.get("broken")).rejects.toThrow();
  });
});
