import { describe, expect, jest, test } from "@jest/globals";
import type { Action } from "../../../domain/shared/authorization";

/** The actions that handlers have asked the domain for. */
const asked = new Set<Action>();

jest.mock("../../../domain/shared/authorization", () => {
  const real = jest.requireActual<Record<string, (caller: unknown, action: Action, owners?: unknown) => void>>(
    "../../../domain/shared/authorization",
  );
  const recording = (name: string) => (caller: unknown, action: Action, owners?: unknown) => {
    asked.add(action);
    real[name]?.(caller, action, owners);
  };
  return { ...real, authorize: recording("authorize"), authorizeToAsk: recording("authorizeToAsk") };
});

// Loaded by function calls, because imports would come before the mock.
const { audienceOf } = jest.requireMock<typeof import("../../../domain/shared/authorization")>(
  "../../../domain/shared/authorization",
);
const { createRouter } = jest.requireActual<typeof import("../../../api/http/router")>("../../../api/http/router");
const { routesOf } = jest.requireActual<typeof import("../../../api/routes")>("../../../api/routes");
const { bearer } = jest.requireActual<typeof import("../../support/doubles/authenticator")>(
  "../../support/doubles/authenticator",
);
const { idOf, memoryServices } = jest.requireActual<typeof import("../../support/doubles/services")>(
  "../../support/doubles/services",
);

const callers = {
  nobody: undefined,
  "an anonymous sign-in": bearer("guest", { anonymous: true }),
  // The author of the post and of the comment, so that no rule about owners is in the way.
  "a user": bearer("alice"),
};

const routes = routesOf(memoryServices().services);

/** Sends a request to a route about a post of Alice's, on which she has commented. */
async function responseOf({ method, path }: (typeof routes)[number], authorization: string | undefined) {
  const { services } = memoryServices();
  const router = createRouter(routesOf(services), services);
  const send = (verb: string, to: string, body: object | undefined, token = authorization) =>
    router.request(to, {
      method: verb,
      headers: { "content-type": "application/json", ...(token && { authorization: token }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const post = { title: "Title", content: "Content" };
  const comment = { content: "Content" };
  await send("POST", "/api/v1/posts", post, callers["a user"]);
  await send("POST", `/api/v1/posts/${idOf(1)}/comments`, comment, callers["a user"]);
  asked.clear();
  const isComment = /comments/.test(path);
  const id = path.startsWith("/api/v1/comments") ? idOf(2) : idOf(1);
  const isWriting = method === "POST" || method === "PUT";
  return send(method, path.replace("{id}", id), isWriting ? (isComment ? comment : post) : undefined);
}

describe.each(routes.map((route) => [route.name, route] as const))("the route %s", (_, route) => {
  const { action } = route;
  const audience = action === "none" ? "by everyone" : audienceOf(action);

  test("asks the domain for the action that it names, and for no other", async () => {
    expect((await responseOf(route, callers["a user"])).status).toBeLessThan(300);
    expect([...asked]).toEqual(action === "none" ? [] : [action]);
  });

  test.each(Object.entries(callers))("lets %s ask, or refuses, as the rule of its action says", async (name, token) => {
    const admitted = audience === "by everyone" || name === "a user" || (audience === "by anyone signed in" && token);
    const { status } = await responseOf(route, token);
    expect(status < 300 ? "admitted" : status).toBe(admitted ? "admitted" : token ? 403 : 401);
  });
});
