import { beforeEach, describe, expect, test } from "@jest/globals";
import { type Api, apiInMemory } from "../../support/api";
import { bearer } from "../../support/doubles/authenticator";
import { idOf } from "../../support/doubles/services";
import { problemIn } from "../../support/responses";

let api: Api;
beforeEach(() => {
  api = apiInMemory();
});

const authorization = bearer("alice");
const publish = (body: NonNullable<RequestInit["body"]>, type?: string) =>
  api.request("/api/v1/posts", {
    method: "POST",
    headers: { authorization, ...(type && { "content-type": type }) },
    body,
  });

describe("a body", () => {
  const post = { title: "t", content: "c" };

  test.each([undefined, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data"])(
    "of type %s is refused: a form on another page could send it",
    async (type) => {
      const response = await publish(Buffer.from(JSON.stringify(post)), type);
      expect(response.status).toBe(415);
      expect((await problemIn(response)).detail).toContain("application/json");
    },
  );

  test.each(["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])(
    "of type %s is read",
    async (type) => {
      const response = await publish(JSON.stringify(post), type);
      expect(response.status).toBe(201);
    },
  );

  test.each([
    ["nothing", ""],
    ["text", "hello"],
    ["half an object", '{"title":'],
    ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["null", "null"],
    ["a number", "7"],
    ["a list", "[]"],
    ["a deep list", "[".repeat(100_000)],
    ["a prototype", '{"__proto__":{"title":"t"},"title":"t","content":"c"}'],
    ["a field too many", '{"title":"t","content":"c","id":"mine"}'],
    ["a field too few", '{"title":"t"}'],
    ["half a character", '{"title":"\\ud800","content":"c"}'],
    ["an empty title", '{"title":" ","content":"c"}'],
  ])("that holds %s is refused with 400 and the reason", async (_, body) => {
    const response = await publish(body, "application/json");
    expect(response.status).toBe(400);
    const { errors } = await problemIn(response);
    expect(errors).toEqual([{ field: expect.any(String), received: expect.any(String), allowed: expect.any(String) }]);
  });

  test("that is larger than anything takes is refused before it is parsed", async () => {
    const response = await publish("[".repeat(256 * 1024 + 1), "application/json");
    expect(response.status).toBe(413);
    expect(await problemIn(response)).toMatchObject({
      detail: "The body has 262145 bytes; at most 262144 are allowed.",
    });
  });
});

describe("a query", () => {
  test.each([
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=1e1", "limit"],
    ["limit=-1", "limit"],
    ["limit=", "limit"],
    ["limit=٣", "limit"],
    ["limt=5", "limt"],
    ["limit=1&limit=2", '"limit"'],
    ["__proto__=1", "__proto__"],
  ])("?%s is refused", async (query, field) => {
    const response = await api.request(`/api/v1/posts?${query}`);
    expect(response.status).toBe(400);
    expect((await problemIn(response)).errors).toMatchObject([{ field }]);
  });

  test("says what is allowed", async () => {
    const { errors } = await problemIn(await api.request("/api/v1/posts?limit=500"));
    expect(errors).toEqual([{ field: "limit", received: '"500"', allowed: "a whole number from 1 to 100" }]);
  });
});

describe("a header", () => {
  test.each([
    ["idempotency-key", ""],
    ["idempotency-key", "two words"],
    ["idempotency-key", "k".repeat(256)],
    ["idempotency-key", "\u00e9"],
  ])("%s of %j is refused", async (name, value) => {
    const body = { title: "t", content: "c" };
    const response = await api.send("POST", "/api/v1/posts", { as: "alice", body, headers: { [name]: value } });
    expect(response.status).toBe(400);
    expect((await problemIn(response)).errors).toMatchObject([{ field: name }]);
  });

  test.each(["3", '"3", "4"', '"', "W/3", '"a"b"', `"${"1".repeat(101)}"`])(
    "if-match of %s is refused",
    async (value) => {
      const headers = { "if-match": value };
      const response = await api.send("DELETE", `/api/v1/posts/${idOf(1)}`, { as: "alice", headers });
      expect(response.status).toBe(400);
      expect((await problemIn(response)).errors).toMatchObject([{ field: "if-match" }]);
    },
  );
});
