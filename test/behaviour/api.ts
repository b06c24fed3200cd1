/** What anyone sees of the API, without signing in. */
import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import { behaviour } from "./behaviour";
import { listIn, type Visit } from "./visit";

/** Asks as a browser does whether a page may send a request with JSON. Returns the origin that may. */
async function preflight({ platform }: Visit, origin: string): Promise<string | null> {
  const headers = { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
  const { headers: answered } = await fetch(`${platform.apiUrl}/api/v1/posts`, { method: "OPTIONS", headers });
  return answered.get("access-control-allow-origin");
}

export const api = [
  behaviour("says that it is healthy and where to connect", [], async (visit) => {
    const { environment, websocketUrl, broadcastUrl } = visit.platform;
    expect(await visit.call("GET", "/health")).toMatchObject({
      status: 200,
      body: {
        status: "healthy",
        environment,
        websocket_endpoint: websocketUrl,
        broadcast_endpoint: broadcastUrl,
      },
    });
  }),

  behaviour("lists posts to anyone", [], async (visit) => {
    expect(listIn(await visit.call("GET", "/api/v1/posts?limit=1")).items.length).toBeLessThanOrEqual(1);
  }),

  behaviour("counts the open connections for anyone", [], async (visit) => {
    expect(await visit.call("GET", "/api/v1/websocket/connections")).toMatchObject({
      status: 200,
      body: { count: expect.any(Number) },
    });
  }),

  behaviour("answers 404 with a problem document to what is not there", [], async (visit) => {
    const { status, headers, body } = await visit.call("GET", `/api/v1/posts/${randomUUID()}`);
    expect({ status, type: headers.get("content-type"), body }).toMatchObject({
      status: 404,
      type: "application/problem+json",
      body: { status: 404 },
    });
  }),

  behaviour("lets nobody write who has not signed in, or not truly", [], async (visit) => {
    const body = { title: "Nobody's", content: "It is never stored." };
    expect((await visit.call("POST", "/api/v1/posts", { body })).status).toBe(401);
    const headers = { authorization: "Bearer e30.e30.e30" };
    expect((await visit.call("POST", "/api/v1/posts", { body, headers })).status).toBe(401);
  }),

  behaviour("lets pages of its origins call it, and no others", [], async (visit) => {
    const { origin } = visit.platform;
    expect(await preflight(visit, origin)).toBe(origin);
    expect(await preflight(visit, "https://elsewhere.example")).toBeNull();
  }),
];
