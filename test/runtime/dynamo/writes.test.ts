import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { postFields } from "../../../domain/posts/posts";
import { IdempotencyKeyReused, NotFound } from "../../../domain/shared/errors";
import { documentClient } from "../../../runtime/aws-clients";
import { isTransient } from "../../../runtime/aws-errors";
import { Overloaded } from "../../../runtime/errors";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { commentOf, postId, postOf, tombstoneOf } from "../../support/doubles/examples";
import { recordingLog } from "../../support/doubles/log";
import { type Answer, dynamoError, type FaultyProxy, faultyProxy } from "../../support/doubles/servers/faulty-proxy";
import { idOf } from "../../support/doubles/services";
import { dynamoStores, newTables, type Stores, type TableNames } from "../../support/doubles/stores";

let dynamo: Dynamo;
let proxy: FaultyProxy;
let tables: TableNames;
let patientClient: Dynamo["client"];
let impatientClient: Dynamo["client"];
/** The stores that go through the proxy. */
let faulty: Stores;
/** The stores that go through the proxy and give up an attempt early. */
let impatient: Stores;
/** The stores that go past it. */
let sound: Stores;
let log: ReturnType<typeof recordingLog>;

beforeAll(async () => {
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  patientClient = documentClient(60_000);
  impatientClient = documentClient(100);
  // The waits between attempts are random: the shortest is no time at all.
  jest.spyOn(Math, "random").mockReturnValue(0);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await proxy.stop();
  await dynamo.stop();
});
beforeEach(async () => {
  tables = await newTables(dynamo);
  log = recordingLog();
  faulty = dynamoStores(patientClient, tables, log);
  impatient = dynamoStores(impatientClient, tables, log);
  sound = dynamoStores(dynamo.client, tables);
  await sound.posts.create(postOf(1), "request 1");
});
afterEach(() => proxy.plan([]));

const favorite = { user_id: "ann", post_id: postId(1), created_at: "2026" };
const input = postFields.in({ title: "New", content: "New" });
const later = "2030-01-01T00:00:00.000Z";
const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);
const cancelled = (...codes: readonly string[]): Answer => ({
  status: 400,
  body: {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
  },
});

const writes: readonly (readonly [
  string,
  (stores: Stores) => Promise<unknown>,
  (stores: Stores) => Promise<unknown>,
])[] = [
  ["a post", ({ posts }) => posts.create(postOf(2), "r"), ({ posts }) => posts.get(postId(2))],
  ["a changed post", ({ posts }) => posts.update(postId(1), input, later, 1), ({ posts }) => posts.get(postId(1))],
  ["a tombstone", ({ posts }) => posts.bury(tombstoneOf(1, later), 1), ({ posts }) => posts.tombstone(postId(1))],
  [
    "a comment",
    ({ comments }) => comments.create(commentOf(1), "r"),
    ({ comments }) => comments.newestOf(postId(1), 9),
  ],
  [
    "a favorite and its count",
    ({ favorites }) => favorites.add(favorite),
    async ({ favorites, posts }) => [await favorites.newestOf("ann", 9), await posts.get(postId(1))],
  ],
];

describe.each(writes)("%s", (_, write, read) => {
  /** What is stored when nothing goes wrong. */
  let expected: unknown;
  beforeAll(async () => {
    const others = dynamoStores(dynamo.client, await newTables(dynamo));
    await others.posts.create(postOf(1), "request 1");
    await write(others);
    expected = await read(others);
  });

  const faults: readonly (readonly [string, Parameters<FaultyProxy["plan"]>[0]])[] = [
    ["throttled twice", [dynamoError(400, "ThrottlingException"), dynamoError(400, "ThrottlingException")]],
    ["answered with a failure once", [dynamoError(500, "InternalServerError")]],
    ["cut off once", ["reset"]],
    ["cut off after it took effect", ["reset after"]],
    ["said to have failed after it took effect", [{ after: dynamoError(500, "InternalServerError") }]],
    ["met by another write", [dynamoError(400, "TransactionConflictException")]],
  ];
  test.each(faults)("is written once although the request is %s", async (_, plan) => {
    proxy.plan(plan);
    await write(faulty);
    expect(await read(sound)).toEqual(expected);
  });

  test("is written once although the request is left without an answer", async () => {
    proxy.plan(["hang"]);
    // On a machine that is slower than this patience, more attempts are needed, and asking again is safe.
    for (let done = false; !done; )
      done = await write(impatient).then(
        () => true,
        (error: unknown) => !isTransient(error),
      );
    expect(await read(sound)).toEqual(expected);
  });

  test("is given up as a passing trouble when DynamoDB always throttles", async () => {
    proxy.plan([], dynamoError(400, "ProvisionedThroughputExceededException"));
    expect(isTransient(await failureOf(write(faulty)))).toBe(true);
    expect(proxy.requests).toBe(3);
  });

  test("is given up as a passing trouble when another write is always in the way", async () => {
    proxy.plan([], dynamoError(400, "TransactionConflictException"));
    expect(isTransient(await failureOf(write(faulty)))).toBe(true);
    expect(proxy.requests).toBe(6);
  });
});

describe("a cancelled transaction", () => {
  test.each([["TransactionConflict"], ["ThrottlingError"], ["ProvisionedThroughputExceeded"]])(
    "is tried again after %s, and given up as a passing trouble in the end",
    async (code) => {
      proxy.plan([cancelled(code, "None"), cancelled("None", code)]);
      await faulty.favorites.add(favorite);
      expect(await sound.posts.get(postId(1))).toMatchObject({ favorite_count: 1 });
      proxy.plan([], cancelled("None", code));
      expect(isTransient(await failureOf(faulty.comments.create(commentOf(1), "r")))).toBe(true);
      expect(proxy.requests).toBe(6);
    },
  );

  test("is tried again when a condition fails beside a conflict: the condition of the other is not known", async () => {
    proxy.plan([cancelled("TransactionConflict", "ConditionalCheckFailed")]);
    await faulty.favorites.add(favorite);
    expect(await sound.posts.get(postId(1))).toMatchObject({ favorite_count: 1 });
  });

  test.each([["ValidationError"], ["ItemCollectionSizeLimitExceeded"], ["DuplicateItem"], ["SomethingNew"]])(
    "is an error after %s",
    async (code) => {
      proxy.plan([], cancelled("None", code));
      const failure = await failureOf(faulty.favorites.add(favorite));
      expect(failure).toMatchObject({ name: "TransactionCanceledException" });
      expect(isTransient(failure)).toBe(false);
      expect(proxy.requests).toBe(1);
    },
  );

  test("means that the post is not there when its condition fails", async () => {
    proxy.plan([], cancelled("ConditionalCheckFailed", "None"));
    await expect(faulty.favorites.add(favorite)).rejects.toThrow(new NotFound("post"));
    await expect(faulty.comments.create(commentOf(1), "r")).rejects.toThrow(new NotFound("post"));
  });

  test("means that a comment is gone again when its id was taken and is not there", async () => {
    proxy.plan([cancelled("None", "ConditionalCheckFailed")]);
    await expect(faulty.comments.create(commentOf(1), "r")).rejects.toThrow(IdempotencyKeyReused);
  });
});

describe("removing what is on a post", () => {
  const unprocessed = (ids: readonly number[]): Answer => ({
    status: 200,
    body: {
      UnprocessedItems: {
        [tables.comments]: ids.map((n) => ({ DeleteRequest: { Key: { id: { S: idOf(n) } } } })),
      },
    },
  });
  const drain = async () => {
    for await (const _ of faulty.comments.removeAllOf(postId(1)));
  };
  const left = async () => (await sound.comments.newestOf(postId(1), 100)).items.length;
  beforeEach(async () => {
    for (const n of [1, 2, 3, 4, 5]) await sound.comments.create(commentOf(n), "r");
  });

  test("does again what is left undone", async () => {
    proxy.plan(["none", { after: unprocessed([1, 2]) }, unprocessed([2])]);
    await drain();
    expect(await left()).toBe(0);
    expect(proxy.requests).toBe(4);
  });

  test("gives up as a passing trouble when it is left undone for ever, and can go on later", async () => {
    proxy.plan(["none"], unprocessed([1, 2, 3, 4, 5]));
    expect(await failureOf(drain())).toBeInstanceOf(Overloaded);
    expect(proxy.requests).toBe(7);
    expect(await left()).toBe(5);
    proxy.plan([]);
    await drain();
    expect(await left()).toBe(0);
  });

  test("goes on over empty pages that are not the last", async () => {
    const more = {
      status: 200,
      body: { Items: [], LastEvaluatedKey: { id: { S: "x" }, post_id: { S: "x" }, created_at: { S: "x" } } },
    };
    const rest = { status: 200, body: { Items: [{ id: { S: idOf(1) } }] } };
    proxy.plan([more, more, rest]);
    await drain();
    expect(await left()).toBe(4);
  });
});

describe("reading many posts at once", () => {
  const unprocessed = (): Answer => ({
    status: 200,
    body: { Responses: {}, UnprocessedKeys: { [tables.posts]: { Keys: [{ id: { S: postId(1) } }] } } },
  });

  test("asks again for what is left out, and gives up as a passing trouble", async () => {
    proxy.plan([unprocessed(), unprocessed()]);
    expect(await faulty.posts.getAll([postId(1)])).toEqual([postOf(1)]);
    proxy.plan([], unprocessed());
    expect(await failureOf(faulty.posts.getAll([postId(1)]))).toBeInstanceOf(Overloaded);
  });

  test("leaves out a row that is no post, and logs it", async () => {
    await dynamo.client.send(new PutCommand({ TableName: tables.posts, Item: { id: postId(2), title: 7 } }));
    expect(await faulty.posts.getAll([1, 2].map(postId))).toEqual([postOf(1)]);
    expect(log.at("error")).toMatchObject([{ fields: { row_id: postId(2) } }]);
  });
});
