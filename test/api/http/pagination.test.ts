import { beforeEach, describe, expect, test } from "@jest/globals";
import { createCursors } from "../../../api/http/cursor";
import { SigningUnavailable } from "../../../runtime/errors";
import { createSigningKey } from "../../../runtime/kms/signing-key";
import { type Api, apiInMemory } from "../../support/api";
import { idOf } from "../../support/doubles/services";
import { problemIn } from "../../support/responses";

let api: Api;
beforeEach(async () => {
  api = apiInMemory();
  for (let n = 1; n <= 5; n++) await publish(n);
});

const posts = "/api/v1/posts";
const comments = (n: number) => `${posts}/${idOf(n)}/comments`;
const publish = (n: number) =>
  api.send("POST", posts, { as: "alice", body: { title: `Title ${n}`, content: "Content" } });

interface Part {
  readonly items: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}

async function part(path: string, cursor?: string | null, as?: string): Promise<Part> {
  const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
  const response = await api.send("GET", `${path}?limit=2${query}`, as === undefined ? {} : { as });
  expect(response.status).toBe(200);
  return Object(await response.json());
}

/** The whole list, with work done between its parts. */
async function all(path: string, as?: string, between: () => Promise<unknown> = async () => undefined) {
  const items: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  do {
    const next: Part = await part(path, cursor, as);
    items.push(...next.items);
    cursor = next.next_cursor;
    await between();
  } while (cursor);
  return items;
}

/** A cursor of alice's in the list of posts. */
async function cursorOf(as = "alice"): Promise<string> {
  return String((await part(posts, undefined, as)).next_cursor);
}

const status = async (path: string, cursor: string, as?: string) => {
  const response = await api.send(
    "GET",
    `${path}?cursor=${encodeURIComponent(cursor)}`,
    as === undefined ? {} : { as },
  );
  return response.status;
};

describe("a list", () => {
  const titles = ["Title 5", "Title 4", "Title 3", "Title 2", "Title 1"];

  test("is read part by part, and ends with a cursor of null", async () => {
    expect((await all(posts)).map(({ title }) => title)).toEqual(titles);
    expect((await part(posts, undefined, "bob")).next_cursor).toEqual(expect.stringMatching(/^[\w-]{40,}$/));
  });

  test("keeps its place while posts are published", async () => {
    let n = 5;
    const found = await all(posts, "alice", () => publish(++n));
    expect(found.map(({ title }) => title)).toEqual(titles);
  });

  test("of comments and of favorites is read in the same way", async () => {
    for (let n = 1; n <= 5; n++) {
      await api.send("POST", comments(1), { as: "bob", body: { content: `Comment ${n}` } });
      await api.send("PUT", `${posts}/${idOf(n)}/favorite`, { as: "bob" });
    }
    expect((await all(comments(1))).map(({ content }) => content)).toEqual([5, 4, 3, 2, 1].map((n) => `Comment ${n}`));
    expect((await all("/api/v1/favorites", "bob")).map(({ post }) => Object(post).title)).toEqual(titles);
  });

  test("may be asked for in parts of another size with the same cursor", async () => {
    const cursor = await cursorOf();
    const response = await api.send("GET", `${posts}?limit=3&cursor=${cursor}`, { as: "alice" });
    expect(Object(await response.json()).items).toHaveLength(3);
  });
});

describe("a cursor", () => {
  test("is good for its caller again and again, and for no other", async () => {
    const cursor = await cursorOf();
    expect([await status(posts, cursor, "alice"), await status(posts, cursor, "alice")]).toEqual([200, 200]);
    expect([await status(posts, cursor, "bob"), await status(posts, cursor)]).toEqual([400, 400]);
  });

  test("of one list is no cursor of another", async () => {
    for (let n = 1; n <= 3; n++) await api.send("POST", comments(1), { as: "bob", body: { content: `${n}` } });
    const cursor = String((await part(comments(1), undefined, "alice")).next_cursor);
    expect(await status(comments(1), cursor, "alice")).toBe(200);
    expect(await status(comments(2), cursor, "alice")).toBe(400);
    expect(await status(posts, cursor, "alice")).toBe(400);
    expect(await status("/api/v1/favorites", cursor, "alice")).toBe(400);
  });

  test("is refused whichever of its bytes has changed, and says no more than that", async () => {
    const cursor = await cursorOf();
    const bytes = Buffer.from(cursor, "base64url");
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(await status(posts, changed.toString("base64url"), "alice")).toBe(400);
    }
    expect(await problemIn(await api.send("GET", `${posts}?cursor=x`))).toMatchObject({
      detail: "The cursor is not one of this list, or it is older than a day. Start again without a cursor.",
    });
  });

  test.each<[string, (cursor: string) => string]>([
    ["nothing", () => ""],
    ["half of one", (cursor) => cursor.slice(0, cursor.length / 2)],
    ["one and more", (cursor) => `${cursor}AA`],
    ["one with padding", (cursor) => `${cursor}=`],
    ["one twice", (cursor) => cursor + cursor],
    ["JSON", () => '{"id":"x"}'],
    ["base64 in the other alphabet", () => "+/+/"],
    ["10 KB", () => "A".repeat(10_240)],
    ["the word null", () => "null"],
    ["an emoji", () => "🎌"],
    ["NUL", () => "\0"],
  ])("that is %s is refused", async (_, change) => {
    expect(await status(posts, change(await cursorOf()), "alice")).toBe(400);
  });

  test("is refused after a day, and when it was signed with another key", async () => {
    const now = Date.UTC(2026, 0, 1);
    const forged = (at: number, byte: number) =>
      createCursors({
        signingKey: createSigningKey({ keyId: "key", generateMac: async () => Buffer.alloc(32, byte), now: () => at }),
        now: () => at,
      }).encode({ route: `GET ${posts}`, caller: "alice", filter: {} }, { created_at: "2026-01-01", id: idOf(1) });
    expect(await status(posts, await forged(now, 7), "alice")).toBe(200);
    expect(await status(posts, await forged(now - 86_400_000, 7), "alice")).toBe(400);
    expect(await status(posts, await forged(now, 8), "alice")).toBe(400);
    expect(await status(posts, await forged(Date.UTC(2025, 9, 1), 7), "alice")).toBe(400);
  });

  test("that cannot be signed now makes the list unavailable, not wrong", async () => {
    const unavailable = () => Promise.reject(new SigningUnavailable(new Error("KMS is away")));
    api = apiInMemory(() => ({ cursors: { encode: unavailable, decode: unavailable } }));
    for (let n = 1; n <= 3; n++) await publish(n);
    const response = await api.send("GET", `${posts}?limit=2`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(JSON.stringify(await problemIn(response))).not.toContain("KMS");
    expect((await api.send("GET", `${posts}?limit=3`)).status).toBe(200);
  });
});
