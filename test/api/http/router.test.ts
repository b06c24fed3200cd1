import { beforeEach, describe, expect, test } from "@jest/globals";
import { type Api, apiInMemory } from "../../support/api";
import { bearer } from "../../support/doubles/authenticator";
import { idOf } from "../../support/doubles/services";
import { problemIn } from "../../support/responses";

let api: Api;
beforeEach(() => {
  api = apiInMemory();
});

describe("every response", () => {
  test("carries the request's id, which the log has too", async () => {
    const response = await api.request("/api/v1/posts", { headers: { "x-request-id": "mine-1" } });
    expect(response.headers.get("x-request-id")).toBe("mine-1");
    expect(api.services.log.at("info")).toMatchObject([{ fields: { request_id: "mine-1" } }]);
  });

  test("carries the request's id in its problem document", async () => {
    const response = await api.request("/nowhere", { headers: { "x-request-id": "mine-1" } });
    expect((await problemIn(response)).request_id).toBe("mine-1");
  });

  test("leaves CORS to the function URL, also that to a preflight request", async () => {
    const headers = { origin: "https://blog.example", "access-control-request-method": "POST" };
    for (const method of ["GET", "OPTIONS", "POST", "DELETE"]) {
      const response = await api.request("/api/v1/posts", { method, headers });
      expect([...response.headers.keys()].join()).not.toContain("access-control");
    }
  });

  test("is kept by nobody, unless it has an ETag", async () => {
    const { headers } = await api.send("POST", "/api/v1/posts", { as: "alice", body: { title: "t", content: "c" } });
    const cached = async (path: string) => (await api.request(path)).headers.get("cache-control");
    expect(await cached("/health")).toBe("no-store");
    expect(await cached("/api/v1/posts")).toBe("no-store");
    expect(await cached(`/api/v1/posts/${idOf(9)}`)).toBe("no-store");
    expect(await cached(String(headers.get("location")))).toBe("no-cache");
  });
});

test("GET / says what this is", async () => {
  expect(await (await api.request("/")).json()).toEqual({
    name: "Terrace API",
    version: "1.2.3",
    health: "/health",
    posts: "/api/v1/posts",
  });
});

describe("the log", () => {
  test("has one line for each request, without path, query or body", async () => {
    await api.request(`/api/v1/posts/${idOf(9)}?token=secret`);
    expect(api.services.log.lines).toEqual([
      {
        level: "info",
        message: "Request",
        fields: {
          method: "GET",
          route: "/api/v1/posts/:id",
          status: 404,
          milliseconds: expect.any(Number),
          request_id: expect.any(String),
        },
      },
    ]);
  });

  test("names nobody, and holds no token, no cookie and nothing that was written", async () => {
    const response = await api.request("/api/v1/posts", {
      method: "POST",
      headers: { authorization: bearer("alice"), cookie: "session=abcdefghijkl", "content-type": "application/json" },
      body: JSON.stringify({ title: "A secret title", content: "A secret content" }),
    });
    expect(response.status).toBe(201);
    expect(JSON.stringify(api.services.log.lines)).not.toMatch(/alice|abcdefghijkl|secret|mail|Bearer/);
    expect(api.services.log.lines).toHaveLength(1);
  });

  test("has no line for a health check", async () => {
    await api.request("/health");
    expect(api.services.log.lines).toEqual([]);
  });
});

describe("a path that leads nowhere", () => {
  test.each(["/nowhere", "/api/v1", "/api/v1/posts/", "//evil.example/health", "/health/x", `/${"x".repeat(8000)}`])(
    "answers 404 to %s without repeating it",
    async (path) => {
      const response = await api.request(`https://api.internal${path}`);
      const body = await response.text();
      if (path === "/api/v1/posts/") return expect(response.status).toBe(200);
      expect(response.status).toBe(404);
      expect(JSON.parse(body)).toMatchObject({
        status: 404,
        title: "Not Found",
        detail: "There is nothing at this path.",
      });
      expect(body.length).toBeLessThan(200);
    },
  );

  test.each(["/api/v1/posts/%Ft", "/%E0%A4%A", "/%"])("answers 400 to %s, which no encoding gives", async (path) => {
    const response = await api.request(`https://api.internal${path}`);
    expect(response.status).toBe(400);
    expect(await problemIn(response)).toMatchObject({ detail: "The path is not valid." });
  });

  test.each(["/api/v1/posts%2fx", "/health%00", "/%2e%2e/health/../x"])("answers 404 to %s", async (path) => {
    expect((await api.request(`https://api.internal${path}`)).status).toBe(404);
  });
});

describe("a method", () => {
  test.each([
    ["DELETE", "/health", "OPTIONS, GET, HEAD"],
    ["PUT", "/api/v1/posts", "OPTIONS, GET, HEAD, POST"],
    ["POST", `/api/v1/posts/${idOf(1)}`, "OPTIONS, GET, HEAD, PUT, DELETE"],
    ["PATCH", "/", "OPTIONS, GET, HEAD"],
    ["GET", `/api/v1/posts/${idOf(1)}/favorite`, "OPTIONS, PUT, DELETE"],
  ])("%s is refused by %s, which says what it takes", async (method, path, allow) => {
    const response = await api.request(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    expect(await problemIn(response)).toMatchObject({ detail: `Allowed here: ${allow}.` });
  });

  test("OPTIONS says what a path takes", async () => {
    const response = await api.request("/api/v1/posts", { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toBe("OPTIONS, GET, HEAD, POST");
    expect(await response.text()).toBe("");
  });

  test.each(["/", "/health", "/api/v1/posts", "/openapi.json"])("HEAD on %s is GET without a body", async (path) => {
    const response = await api.request(path, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await response.text()).toBe("");
  });
});

describe("a failure", () => {
  const failing = (error: unknown) => {
    api = apiInMemory(({ posts }) => ({ posts: { ...posts, newest: () => Promise.reject(error) } }));
  };

  test("of ours is answered with nothing but the request's id, and logged with everything", async () => {
    const error = new Error("connect to arn:aws:dynamodb failed");
    failing(error);
    const response = await api.request("/api/v1/posts", { headers: { "x-request-id": "r1" } });
    expect(response.status).toBe(500);
    expect(await problemIn(response)).toEqual({
      status: 500,
      title: "Internal Server Error",
      detail: "The request failed. Give its request_id when you report it.",
      request_id: "r1",
    });
    expect(api.services.log.at("error")).toMatchObject([{ fields: { request_id: "r1", error } }]);
  });

  test.each([
    ["a thrown string", "boom"],
    ["a thrown nothing", undefined],
    ["an error that claims a status", Object.assign(new Error("x"), { status: 404, statusCode: 404 })],
    ["an error with headers", Object.assign(new Error("x"), { headers: { "set-cookie": "a=b" } })],
  ])("that is %s is a 500 as well", async (_, error) => {
    failing(error);
    const response = await api.request("/api/v1/posts");
    expect(response.status).toBe(500);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(api.services.log.at("error")).toHaveLength(1);
  });

  test("that passes is a 503", async () => {
    const error = Object.assign(new Error("x"), { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } });
    failing(error);
    const response = await api.request("/api/v1/posts");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(api.services.log.at("error")).toHaveLength(1);
  });
});
