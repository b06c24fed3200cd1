import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { announcementOf, type RowChange } from "../../../domain/announcing/events";
import { commentOf, postId, postOf } from "../../support/doubles/examples";
import { idOf } from "../../support/doubles/services";

const AT = "2026-03-04T05:06:07.000Z";
const DELETED_AT = "2026-03-04T05:06:06.789Z";
const change = (rest: Partial<RowChange>): RowChange => ({
  ...{ id: "event", at: AT, table: "posts", before: undefined, after: undefined },
  ...rest,
});
/** Rows hold more than what is shown. */
const postRow = (changes = {}) => ({ ...postOf(1, changes), feed: "feed#1", request: "r" });
const commentRow = (changes = {}) => ({ ...commentOf(1, changes), request: "r" });
const postTombstone = { id: postId(1), author_id: "author", deleted_at: DELETED_AT, feed: "deleted", created_at: AT };
const commentTombstone = { id: idOf(1), deleted_at: DELETED_AT, ttl: 1 };
const ofPost = ["all", `post:${postId(1)}`, "user:author"];
const ofComment = ["all", `post:${postId(1)}`, "user:reader"];

describe("of a post is announced", () => {
  test("that it was published, as the API shows it", () => {
    expect(announcementOf(change({ after: postRow() }))).toEqual({
      message: {
        ...{ id: "event", type: "post.created", at: postOf(1).created_at, post_id: postId(1), version: 1 },
        data: postOf(1),
      },
      topics: ofPost,
    });
  });

  test("that its author changed it", () => {
    const changed = { version: 2, title: "Other", updated_at: "2026-03-04T05:06:07.008Z" };
    expect(announcementOf(change({ before: postRow(), after: postRow(changed) }))).toEqual({
      message: {
        ...{ id: "event", type: "post.changed", at: changed.updated_at, post_id: postId(1), version: 2 },
        data: postOf(1, changed),
      },
      topics: ofPost,
    });
  });

  test("how many users have it among their favorites", () => {
    const after = { ...postRow({ favorite_count: 1 }), favorite_changes: 7 };
    expect(announcementOf(change({ before: postRow(), after }))).toEqual({
      message: {
        ...{ id: "event", type: "favorites.changed", at: AT, post_id: postId(1), version: 7 },
        data: { favorites: 1 },
      },
      topics: ofPost,
    });
  });

  test("that it was deleted, once, and not that its tombstone is settled and removed", () => {
    expect(announcementOf(change({ before: postRow({ version: 3 }), after: postTombstone }))).toEqual({
      message: {
        ...{ id: "event", type: "post.deleted", at: DELETED_AT, post_id: postId(1), version: 4 },
        data: { id: postId(1) },
      },
      topics: ofPost,
    });
    const { feed: _, created_at: __, ...settled } = postTombstone;
    expect(announcementOf(change({ before: postTombstone, after: settled }))).toBeUndefined();
    expect(announcementOf(change({ before: settled }))).toBeUndefined();
  });

  test("nothing, if only what is not shown has changed", () => {
    expect(announcementOf(change({ before: postRow(), after: { ...postRow(), feed: "feed#2" } }))).toBeUndefined();
  });
});

describe("of a comment is announced", () => {
  const ofComments = (rest: Partial<RowChange>) => announcementOf(change({ table: "comments", ...rest }));

  test("that it was written, changed and deleted, to those of the post and to its author", () => {
    expect(ofComments({ after: commentRow() })).toEqual({
      message: {
        ...{ id: "event", type: "comment.created", at: commentOf(1).created_at, post_id: postId(1), version: 1 },
        data: commentOf(1),
      },
      topics: ofComment,
    });
    expect(ofComments({ before: commentRow(), after: commentRow({ version: 2 }) })).toMatchObject({
      message: { type: "comment.changed", version: 2, data: commentOf(1, { version: 2 }) },
      topics: ofComment,
    });
    expect(ofComments({ before: commentRow({ version: 2 }), after: commentTombstone })).toMatchObject({
      message: { type: "comment.deleted", at: DELETED_AT, version: 3, data: { id: idOf(1) } },
      topics: ofComment,
    });
  });

  test("nothing, if it is removed with its post, or its tombstone is", () => {
    expect(ofComments({ before: commentRow() })).toBeUndefined();
    expect(ofComments({ before: commentTombstone })).toBeUndefined();
  });
});

test("a row that is none is an error, so that it is not passed over", () => {
  expect(() => announcementOf(change({ after: { id: postId(1) } }))).toThrow();
});

type Step = "change" | "favor" | "delete" | "settle" | "forget";
const step = fc.constantFrom<Step>("change", "favor", "delete", "settle", "forget");

test("whatever happens to a post, whoever applies what is announced, in order, knows what the API shows", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let row: Record<string, unknown> | undefined;
      let known: Record<string, unknown> | undefined;
      const last = { post: 0, favorites: 0 };
      const become = (id: number, after: Record<string, unknown> | undefined) => {
        const announced = announcementOf(change({ id: String(id), before: row, after }));
        row = after;
        if (!announced) return;
        const { message } = announced;
        expect(message.id).toBe(String(id));
        const of = message.type === "favorites.changed" ? "favorites" : "post";
        expect(message.version).toBeGreaterThan(last[of]);
        last[of] = message.version;
        if (message.type === "post.deleted") known = undefined;
        else if (message.type === "favorites.changed")
          known = { ...known, favorite_count: Reflect.get(message.data, "favorites") };
        else known = { ...message.data };
      };
      become(0, postRow());
      for (const [index, what] of steps.entries()) {
        const live = row !== undefined && !("deleted_at" in row);
        const [version, count] = [Number(row?.version), Number(row?.favorite_count)];
        if (live && what === "change") become(index + 1, { ...row, version: version + 1, title: `Title ${index}` });
        if (live && what === "favor")
          become(index + 1, { ...row, favorite_count: count + 1, favorite_changes: count + 1 });
        if (live && what === "delete") become(index + 1, postTombstone);
        if (row && !live && what === "settle") become(index + 1, { ...row, feed: undefined, ttl: 1 });
        if (row && !live && what === "forget") become(index + 1, undefined);
        const shown = row && !("deleted_at" in row) ? row : undefined;
        expect(known).toEqual(shown && Object.fromEntries(Object.keys(postOf(1)).map((name) => [name, shown[name]])));
      }
    }),
  );
});
