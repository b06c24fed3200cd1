/** Reads rows that earlier code wrote, through everything that the stores do: docs/decisions/rows-outlive-code.md */
import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { dynamoArrivals } from "../../domain/admission/arrivals.dynamo";
import { commentInput, createComment, deleteComment, updateComment } from "../../domain/comments/comments";
import { commentRow } from "../../domain/comments/comments.row";
import { deletePost } from "../../domain/deletion/deletion";
import { sweepDeletions } from "../../domain/deletion/finishing";
import { type FavoriteStore, listFavorites } from "../../domain/favorites/favorites";
import { createPost, listPosts, postInput, readPost, updatePost } from "../../domain/posts/posts";
import { postRow } from "../../domain/posts/posts.row";
import { postsTable } from "../../domain/posts/posts.table";
import { dynamoConnectionTally } from "../../domain/realtime/connection-tally.dynamo";
import { newConnection } from "../../domain/realtime/connections";
import { dynamoDepartures } from "../../domain/realtime/departures.dynamo";
import { IdempotencyKeyReused, NotFound } from "../../domain/shared/errors";
import { addedField, field, writtenFields } from "../../domain/shared/fields";
import { versionedRows } from "../../domain/shared/rows.dynamo";
import { text } from "../../domain/shared/text";
import { newestRows, partitionOf } from "../../runtime/dynamo/query";
import { memoryDeletionQueue, work } from "../support/doubles/deletions";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { recordingLog } from "../support/doubles/log";
import { memoryConnectionTally } from "../support/doubles/memory/connections";
import { dynamoStores, newRealtimeTables, newTables, type TableNames } from "../support/doubles/stores";
import * as old from "../support/fixtures/rows-of-846a08f";

const ann = { uid: "ann", anonymous: false };
const bob = { uid: "bob", anonymous: false };
const shownPost = postRow.parse(old.post);
const shownComment = commentRow.parse(old.comment);

let dynamo: Dynamo;
let tables: TableNames;
let time: number;
let log: ReturnType<typeof recordingLog>;
let services: Parameters<typeof createComment>[0] &
  Parameters<typeof deletePost>[0] &
  Parameters<typeof work>[0] & { readonly favorites: FavoriteStore };
const put = (TableName: string, Item: object) => dynamo.client.send(new PutCommand({ TableName, Item: { ...Item } }));

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  tables = await newTables(dynamo);
  await Promise.all([
    put(tables.posts, old.post),
    put(tables.posts, old.tombstone),
    put(tables.comments, old.comment),
    put(tables.favorites, old.favorite),
  ]);
  log = recordingLog();
  time = Date.UTC(2026, 10, 1);
  services = {
    ...dynamoStores(dynamo.client, tables, log),
    queue: memoryDeletionQueue(),
    now: () => new Date(time),
    newId: () => "00000000-0000-4000-8000-000000000009",
  };
});

describe("a post that commit 846a08f stored", () => {
  test("is read, listed and shown among favorites", async () => {
    expect(await readPost(services, undefined, old.post.id)).toEqual(shownPost);
    expect(await listPosts(services, undefined, 10)).toEqual({ items: [shownPost] });
    expect((await listFavorites(services, bob, 10)).items).toEqual([
      { post: shownPost, favorited_at: old.favorite.created_at },
    ]);
    expect(log.lines).toEqual([]);
  });

  test("is found again by the request that created it", async () => {
    expect(await createPost(services, ann, postInput.parse(old.postRequest), "key-1")).toEqual(shownPost);
  });

  test("is changed, and still found by its request", async () => {
    const changed = { ...shownPost, title: "New", version: 2, updated_at: new Date(time).toISOString() };
    const input = postInput.parse({ ...old.postRequest, title: "New" });
    expect(await updatePost(services, ann, old.post.id, input, 1)).toEqual(changed);
    expect(await createPost(services, ann, postInput.parse(old.postRequest), "key-1")).toEqual(changed);
  });

  test("is deleted, with the comment and the favorite on it", async () => {
    await deletePost(services, ann, old.post.id, 1);
    await services.queue.send([{ post_id: old.post.id, deleted_at: new Date(time).toISOString() }]);
    await work(services);
    expect(await services.posts.get(old.post.id)).toBeUndefined();
    expect(await services.comments.newestOf(old.post.id, 10)).toEqual({ items: [] });
    expect(await services.favorites.newestOf("bob", 10)).toEqual({ items: [] });
  });
});

describe("a tombstone that commit 846a08f stored", () => {
  test("is known, keeps its post deleted and is settled by a sweep", async () => {
    const { feed, created_at, ...tombstone } = old.tombstone;
    expect(await services.posts.tombstone(tombstone.id)).toEqual(tombstone);
    await expect(readPost(services, ann, tombstone.id)).rejects.toThrow(NotFound);
    await sweepDeletions(services);
    await work(services);
    expect(await services.posts.tombstone(tombstone.id)).toBeUndefined();
    const again = services.posts.create({ ...shownPost, id: tombstone.id }, "request");
    await expect(again).rejects.toThrow(IdempotencyKeyReused);
  });
});

describe("a comment that commit 846a08f stored", () => {
  test("is read and listed, and found again by the request that created it", async () => {
    expect(await services.comments.get(old.comment.id)).toEqual(shownComment);
    expect(await services.comments.newestOf(old.post.id, 10)).toEqual({ items: [shownComment] });
    const input = commentInput.parse(old.commentRequest);
    expect(await createComment(services, bob, old.post.id, input, "key-2")).toEqual(shownComment);
  });

  test("is changed, and deleted for good", async () => {
    const input = commentInput.parse({ ...old.commentRequest, content: "Nicer" });
    expect(await updateComment(services, bob, old.comment.id, input, 1)).toMatchObject({
      content: "Nicer",
      version: 2,
    });
    await deleteComment(services, ann, old.comment.id, 2);
    const again = createComment(services, bob, old.post.id, commentInput.parse(old.commentRequest), "key-2");
    await expect(again).rejects.toThrow(IdempotencyKeyReused);
  });
});

test("a connection that commit 846a08f stored is forgotten without being counted below nothing", async () => {
  const [realtime, counts] = [await newRealtimeTables(dynamo), await dynamo.create("connectionTally")];
  await put(realtime.connections, old.connection);
  const tally = dynamoConnectionTally(dynamo.client, counts, log);
  const { connectionId, connectedAt } = old.connection;
  await dynamoDepartures(dynamo.client, realtime, tally)({ connectionId }, connectedAt + 1, undefined);
  const { Items } = await dynamo.client.send(new ScanCommand({ TableName: realtime.connections }));
  expect(Items).toEqual([]);
  expect(await tally.count(connectedAt)).toBe(0);
  expect(log.lines).toEqual([]);
});

test("a ticket that commit 846a08f stored is taken once", async () => {
  const realtime = await newRealtimeTables(dynamo);
  await put(realtime.tickets, old.ticket);
  const { put: arrive } = dynamoArrivals(dynamo.client, realtime, memoryConnectionTally());
  const connecting = (connectionId: string) =>
    arrive(
      { ...newConnection(connectionId, old.ticket.ttl * 1_000), user_id: "bob" },
      old.ticket.ticket,
      old.ticket.ttl - 1,
    );
  expect([await connecting("a="), await connecting("b=")]).toEqual(["admitted", "no such ticket"]);
});

describe("a field that a later release adds to posts", () => {
  const later = writtenFields({
    title: field(text(200, "one line"), z.string()),
    content: field(text(20_000, "many lines"), z.string()),
    tags: addedField(z.array(text(30, "one line")).check(z.maxLength(10)), z.array(z.string()), []),
  });
  const laterRow = z.object({ ...postRow.shape, ...later.written.shape });
  const rowsWithTags = () =>
    versionedRows(dynamo.client, { definition: postsTable, table: tables.posts, resource: "post", schema: laterRow });
  const withDefault = { ...shownPost, tags: [] };

  test("has its default in rows from before, however they are read", async () => {
    const rows = rowsWithTags();
    expect(await rows.get(old.post.id)).toEqual(withDefault);
    expect(await rows.createdBefore(old.post.id, later.fingerprint(later.input.parse(old.postRequest)))).toEqual(
      withDefault,
    );
    const feed = partitionOf(postsTable, "by_creation", tables.posts, old.post.feed);
    expect(await newestRows(dynamo.client, feed, 10, laterRow, log)).toEqual({ items: [withDefault] });
    // Code from before the release, which still runs beside it, changes the row.
    expect(await rows.update(old.post.id, { title: "New" }, 1)).toMatchObject({ title: "New", tags: [] });
  });

  test("is set by an update, and kept by an update that does not know it", async () => {
    const rows = rowsWithTags();
    expect(await rows.update(old.post.id, { ...old.postRequest, tags: ["news"] }, 1)).toMatchObject({ tags: ["news"] });
    expect(await rows.update(old.post.id, old.postRequest, 2)).toMatchObject({ tags: ["news"], version: 3 });
  });

  test("leaves the row with everything else when the post is deleted", async () => {
    await rowsWithTags().update(old.post.id, { tags: ["news"] }, 1);
    await deletePost(services, ann, old.post.id);
    expect(Object.keys((await rowsWithTags().raw(old.post.id)) ?? {}).sort()).toEqual(
      Object.keys(old.tombstone).sort(),
    );
  });
});
