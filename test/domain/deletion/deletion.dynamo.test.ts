import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { deletePost } from "../../../domain/deletion/deletion";
import { finishDeletion, sweepDeletions } from "../../../domain/deletion/finishing";
import { documentClient } from "../../../runtime/aws-clients";
import { memoryDeletionQueue, work } from "../../support/doubles/deletions";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { commentOf, postId, postOf } from "../../support/doubles/examples";
import { type FaultyProxy, faultyProxy } from "../../support/doubles/servers/faulty-proxy";
import { dynamoStores, newTables, type Stores, type TableNames } from "../../support/doubles/stores";

/** The milliseconds that an attempt may take on the slowest machine. */
const PATIENCE = 60_000;
/** The number of comments on a post: one more than a batch of deletions takes. */
const COMMENTS = 26;
const FAVORITES = ["ann", "bob"];

let dynamo: Dynamo;
let proxy: FaultyProxy;
let tables: TableNames;
/** The stores that go through the proxy. */
let faulty: Stores;
/** The stores that go past it. */
let sound: Stores;

beforeAll(async () => {
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  // The waits between attempts are random: the shortest is no time at all.
  jest.spyOn(Math, "random").mockReturnValue(0);
  tables = await newTables(dynamo);
  faulty = dynamoStores(documentClient(PATIENCE), tables);
  sound = dynamoStores(dynamo.client, tables);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await proxy.stop();
  await dynamo.stop();
});

describe("a deletion on DynamoDB", () => {
  const author = { uid: "author", anonymous: false };
  const start = Date.UTC(2026, 0, 1);
  let time: number;
  const now = () => new Date(time);
  const never = () => new AbortController().signal;
  /** Deletes the first post and finishes that, as the worker does that hears of it. */
  async function remove(stores: Stores): Promise<void> {
    await deletePost({ ...stores, now }, author, postId(1));
    const queue = memoryDeletionQueue();
    const deletion = { post_id: postId(1), deleted_at: now().toISOString() };
    await finishDeletion({ ...stores, queue, now }, deletion, never());
  }
  /** Finds what is left after two hours and finishes it. */
  async function sweepLater(stores: Stores): Promise<void> {
    time += 2 * 60 * 60 * 1_000;
    const services = { ...stores, queue: memoryDeletionQueue(), now };
    await sweepDeletions(services);
    await work(services);
  }

  /** Stores two posts, the first with comments and favorites, in place of what the step before left of them. */
  async function publish(): Promise<void> {
    time = start;
    const put = (Item: object) => ({ PutRequest: { Item: { ...Item } } });
    const comments = Array.from({ length: COMMENTS }, (_, n) => put({ ...commentOf(n), request: "r" }));
    const [first, ...others] = comments;
    for (const RequestItems of [
      { [tables.comments]: others },
      {
        [tables.comments]: [first ?? put({})],
        [tables.posts]: [1, 2].map((n) => put({ ...postOf(n), feed: `feed#${n}`, request: "r" })),
        [tables.favorites]: FAVORITES.map((user_id) => put({ user_id, post_id: postId(1), created_at: "2026" })),
      },
    ])
      await dynamo.client.send(new BatchWriteCommand({ RequestItems }));
  }

  const left = async () => [
    ...(await sound.comments.newestOf(postId(1), 100)).items,
    ...(await sound.favorites.newestOf("ann", 9)).items,
    ...(await sound.favorites.newestOf("bob", 9)).items,
  ];

  /** Returns the number of requests that a deletion makes when nothing goes wrong. */
  async function requestsOfOne(): Promise<number> {
    await publish();
    proxy.plan([]);
    await remove(faulty);
    expect(await left()).toEqual([]);
    return proxy.requests;
  }

  test("is finished by a sweep, whichever request it died at", async () => {
    const requests = await requestsOfOne();
    expect(requests).toBeGreaterThanOrEqual(6);
    for (let n = 0; n < requests; n++) {
      await publish();
      proxy.plan(Array(n).fill("none"), "reset");
      await remove(faulty).catch(() => undefined);
      proxy.plan([]);
      const post = await sound.posts.get(postId(1));
      if (post) expect(await left()).toHaveLength(COMMENTS + FAVORITES.length);
      if (post) await remove(faulty);
      await sweepLater(faulty);
      expect(await left()).toEqual([]);
      expect(await sound.posts.tombstone(postId(1))).toBeUndefined();
    }
  });

  test("succeeds whichever answer gets lost", async () => {
    const requests = await requestsOfOne();
    for (let n = 0; n < requests; n++) {
      await publish();
      proxy.plan([...Array(n).fill("none"), "reset after"]);
      await remove(faulty);
      expect(await left()).toEqual([]);
    }
  });
});
