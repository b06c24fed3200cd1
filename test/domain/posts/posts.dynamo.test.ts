import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { dynamoPostStore } from "../../../domain/posts/posts.dynamo";
import { documentClient } from "../../../runtime/aws-clients";
import { isTransient } from "../../../runtime/aws-errors";
import { postStoreContract } from "../../support/contracts/posts";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { postOf } from "../../support/doubles/examples";
import { recordingLog } from "../../support/doubles/log";
import { dynamoError, type FaultyProxy, faultyProxy } from "../../support/doubles/servers/faulty-proxy";
import { dynamoStores, newTables } from "../../support/doubles/stores";

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

postStoreContract("DynamoDB", async () => dynamoStores(dynamo.client, await newTables(dynamo)), 10);

const post = postOf(1);
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

  /** Returns the milliseconds that an attempt may take: enough for the slowest machine, unless no answer ever comes. */
  const patience = (fault: unknown) => (fault === "hang" ? 100 : 60_000);
  const store = (fault?: unknown) => dynamoPostStore(documentClient(patience(fault)), table, recordingLog());
  const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

  test.each([
    ["is always throttled", throttled],
    ["always exceeds its throughput", dynamoError(400, "ProvisionedThroughputExceededException")],
    ["always fails", failed],
    ["never answers", "hang" as const],
  ])("gives up after three attempts, as a passing trouble, when DynamoDB %s", async (_, fault) => {
    proxy.plan([], fault);
    expect(isTransient(await failureOf(store(fault).get(post.id)))).toBe(true);
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
      expect(isTransient(await failureOf(store().create(post, "request")))).toBe(false);
      expect(proxy.requests).toBe(1);
    },
  );

  test("refuses an item larger than DynamoDB takes", async () => {
    proxy.plan([]);
    const large = postOf(1, { content: "x".repeat(410 * 1024) });
    const failure = await failureOf(store().create(large, "request"));
    expect(failure).toMatchObject({ name: "ValidationException" });
  });
});

describe("the DynamoDB store of posts, reading its index", () => {
  const marshalled = (n: number) => ({
    status: 200,
    body: {
      Items: [
        Object.fromEntries(
          Object.entries(postOf(n)).map(([key, value]) => [
            key,
            typeof value === "number" ? { N: String(value) } : { S: value },
          ]),
        ),
      ],
      LastEvaluatedKey: { id: { S: postOf(n).id }, created_at: { S: postOf(n).created_at } },
    },
  });
  const emptyPage = {
    status: 200,
    body: { Items: [], LastEvaluatedKey: { id: { S: "x" }, created_at: { S: "2020" } } },
  };
  const lastPage = { status: 200, body: { Items: [] } };
  const store = () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
    return dynamoPostStore(documentClient(), "posts", recordingLog());
  };

  test("reads on after empty pages until a shard has no more", async () => {
    // Four shards are read at once: each first gets an empty page that is not the last.
    proxy.plan([...Array(4).fill(emptyPage), marshalled(1), marshalled(2)], lastPage);
    expect(await store().newest(5)).toEqual({ items: [postOf(2), postOf(1)] });
    expect(proxy.requests).toBe(10);
  });

  test("returns what it has after ten reads of a shard, and where to go on", async () => {
    proxy.plan([], emptyPage);
    const { items, next } = await store().newest(5);
    expect(items).toEqual([]);
    expect(Object.values(next ?? {})).toEqual(Array(4).fill("2020 x"));
    expect(proxy.requests).toBe(40);
  });

  test("lists nothing that may come after what it could not read", async () => {
    // One shard has a post, the others nothing yet, and more to read.
    proxy.plan([marshalled(1)], emptyPage);
    const { items, next } = await store().newest(1);
    expect(items).toEqual([]);
    expect(Object.keys(next ?? {})).toHaveLength(3);
  });

  test("leaves out and logs a row that is not a post, and lists the others", async () => {
    const posts = await dynamo.create("posts");
    const log = recordingLog();
    const store = dynamoPostStore(dynamo.client, posts, log);
    const row = { id: "broken", feed: "feed#1", created_at: "2030-01-01T00:00:00.000Z", title: 7 };
    await dynamo.client.send(new PutCommand({ TableName: posts, Item: row }));
    await store.create(post, "request");
    expect((await store.newest(1)).items).toEqual([post]);
    expect(log.at("error")).toMatchObject([{ fields: { row_id: "broken", table: posts } }]);
    await expect(store.get("broken")).rejects.toThrow();
  });
});
