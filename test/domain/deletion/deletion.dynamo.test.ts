import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { deletePost } from "../../../domain/deletion/deletion";
import { documentClient } from "../../../runtime/aws-clients";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { commentOf, postId, postOf } from "../../support/doubles/examples";
import { type FaultyProxy, faultyProxy } from "../../support/doubles/faulty-proxy";
import { recordingLog } from "../../support/doubles/log";
import { dynamoStores, newTables, type Stores } from "../../support/doubles/stores";

let dynamo: Dynamo;
let proxy: FaultyProxy;
/** Through the proxy. */
let faulty: Stores;
/** Past it. */
let sound: Stores;

beforeAll(async () => {
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  // The waits between attempts are random: the shortest is no time at all.
  jest.spyOn(Math, "random").mockReturnValue(0);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await proxy.stop();
  await dynamo.stop();
});

describe("deletePost on DynamoDB", () => {
  const author = { uid: "author", anonymous: false };
  const start = Date.UTC(2026, 0, 1);
  let time: number;
  const remove = (stores: Stores, n = 1) =>
    deletePost({ ...stores, log: recordingLog(), now: () => new Date(time) }, author, postId(n));
  async function publish() {
    time = start;
    const tables = await newTables(dynamo);
    faulty = dynamoStores(documentClient(200), tables);
    sound = dynamoStores(dynamo.client, tables);
    for (const n of [1, 2]) await sound.posts.create(postOf(n), "r");
    // More than one batch of deletions takes.
    await Promise.all(Array.from({ length: 30 }, (_, n) => sound.comments.create(commentOf(n), "r")));
    for (const user_id of ["ann", "bob"])
      await sound.favorites.add({ user_id, post_id: postId(1), created_at: "2026" });
  }
  const left = async () => [
    ...(await sound.comments.newestOf(postId(1), 100)).items,
    ...(await sound.favorites.newestOf("ann", 9)).items,
    ...(await sound.favorites.newestOf("bob", 9)).items,
  ];

  test("is finished by a later deletion, whichever request it died at", async () => {
    await publish();
    proxy.plan([]);
    await remove(faulty);
    const { requests } = proxy;
    expect(requests).toBeGreaterThanOrEqual(8);
    for (let n = 0; n < requests; n++) {
      await publish();
      proxy.plan(Array(n).fill("none"), "reset");
      await remove(faulty).catch(() => undefined);
      proxy.plan([]);
      const post = await sound.posts.get(postId(1));
      if (post) expect(await left()).toHaveLength(32);
      if (post) await remove(faulty);
      time += 2 * 60 * 60 * 1_000;
      await remove(faulty, 2);
      expect(await left()).toEqual([]);
      expect(await sound.posts.tombstone(postId(1))).toBeUndefined();
    }
  });

  test("succeeds whichever answer gets lost", async () => {
    await publish();
    proxy.plan([]);
    await remove(faulty);
    const { requests } = proxy;
    for (let n = 0; n < requests; n++) {
      await publish();
      proxy.plan([...Array(n).fill("none"), "reset after"]);
      await remove(faulty);
      expect(await left()).toEqual([]);
    }
  });
});
