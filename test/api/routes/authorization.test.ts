import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Api, apiInMemory, conformance } from "../../support/api";
import { idOf } from "../../support/doubles/services";

/** Makes an API in memory with Alice's post, on which Bob has commented. Each test makes its own, because some delete it. */
async function scene(): Promise<Api> {
  const api = apiInMemory();
  await api.send("POST", "/api/v1/posts", { as: "alice", body: { title: "Title", content: "Content" } });
  await api.send("POST", `${post}/comments`, { as: "bob", body: { content: "Nice" } });
  return api;
}

const post = `/api/v1/posts/${idOf(1)}`;
const comment = `/api/v1/comments/${idOf(2)}`;

const callers = {
  nobody: {},
  "an anonymous sign-in": { as: "guest", anonymous: true },
  "a user": { as: "carol" },
  "the post's owner": { as: "alice" },
  "the comment's owner": { as: "bob" },
};

type Statuses = readonly [nobody: number, anonymous: number, user: number, postOwner: number, commentOwner: number];

const matrix: readonly [method: string, path: string, body: object | undefined, statuses: Statuses][] = [
  ["GET", "/", undefined, [200, 200, 200, 200, 200]],
  ["GET", "/health", undefined, [200, 200, 200, 200, 200]],
  ["GET", "/openapi.json", undefined, [200, 200, 200, 200, 200]],
  ["GET", "/docs", undefined, [200, 200, 200, 200, 200]],
  ["GET", "/api/v1/posts", undefined, [200, 200, 200, 200, 200]],
  ["POST", "/api/v1/posts", { title: "t", content: "c" }, [401, 403, 201, 201, 201]],
  ["GET", post, undefined, [200, 200, 200, 200, 200]],
  ["PUT", post, { title: "t", content: "c" }, [401, 403, 403, 200, 403]],
  ["DELETE", post, undefined, [401, 403, 403, 204, 403]],
  ["GET", `${post}/comments`, undefined, [200, 200, 200, 200, 200]],
  ["POST", `${post}/comments`, { content: "c" }, [401, 403, 201, 201, 201]],
  ["GET", comment, undefined, [200, 200, 200, 200, 200]],
  ["PUT", comment, { content: "c" }, [401, 403, 403, 403, 200]],
  ["DELETE", comment, undefined, [401, 403, 403, 204, 204]],
  ["PUT", `${post}/favorite`, undefined, [401, 403, 204, 204, 204]],
  ["DELETE", `${post}/favorite`, undefined, [401, 403, 204, 204, 204]],
  ["GET", "/api/v1/favorites", undefined, [401, 200, 200, 200, 200]],
  ["GET", "/api/v1/websocket/connections", undefined, [200, 200, 200, 200, 200]],
  ["POST", "/api/v1/websocket/tickets", undefined, [401, 201, 201, 201, 201]],
];

describe.each(matrix)("%s %s", (method, path, body, statuses) => {
  test.each(Object.entries(callers).map(([name, caller], index) => [name, statuses[index], caller] as const))(
    "by %s is answered with %d",
    async (_, status, caller) => {
      const api = await scene();
      const response = await api.send(method, path, { ...caller, ...(body && { body }) });
      expect(response.status).toBe(status);
      if (status === 401) expect(response.headers.get("www-authenticate")).toBe("Bearer");
    },
  );
});

test("the matrix has every operation of the document", () => {
  const covered = matrix.map(([method, path]) => conformance.operation(method, path)?.operationId);
  expect(covered.toSorted()).toEqual(conformance.operationIds.toSorted());
});

describe("a stranger's request", () => {
  let api: Api;
  beforeAll(async () => {
    api = await scene();
  });

  test("is refused before anything of it is read", async () => {
    const response = await api.request("/api/v1/posts", { method: "POST", body: "[".repeat(300_000) });
    expect(response.status).toBe(401);
  });

  test("does not tell what is there", async () => {
    for (const id of [idOf(1), idOf(404)]) expect((await api.send("DELETE", `/api/v1/posts/${id}`)).status).toBe(401);
  });
});
