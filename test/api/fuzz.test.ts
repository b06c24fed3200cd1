/**
 * Sends requests to every operation of the document, allowed ones and others. Every response must be one that the
 * document has, and never a 500.
 *
 * A fixed seed makes each run the same. FUZZ_SECONDS=600 runs for that long instead, with new input each time; a failure
 * prints its seed, with which FUZZ_SEED runs it again.
 */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { urlHandler } from "../../api/http/adapter";
import { createRouter } from "../../api/http/router";
import { routesOf } from "../../api/routes";
import { conformance, document } from "../support/api";
import { type FuzzedRequest, requestsTo } from "../support/arbitrary-request";
import { bearer } from "../support/doubles/authenticator";
import { urlEvent } from "../support/doubles/events";
import { memoryServices } from "../support/doubles/services";
import { foundIn, secretsOf } from "../support/secrets";

const { FUZZ_SECONDS, FUZZ_SEED } = process.env;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const milliseconds = (Number(FUZZ_SECONDS ?? 0) * 1_000) / operations.length;
const seed = Number(FUZZ_SEED ?? 46);
/** What stands for the cursor of a list in the query of a request. */
const CURSOR = "%7Bcursor%7D";
/** The page of the documentation is large, and takes nothing from a request. */
const runs = (path: string) => (path === "/docs" ? 5 : 60);
const extentOf = (path: string) =>
  FUZZ_SECONDS
    ? { numRuns: 1_000_000_000, interruptAfterTimeLimit: milliseconds, ...(FUZZ_SEED && { seed }) }
    : { numRuns: runs(path), seed };

const tokens = {
  nobody: undefined,
  guest: bearer("guest", { anonymous: true }),
  alice: bearer("alice"),
  bob: bearer("bob"),
  "a liar": `${bearer("alice")} ${bearer("bob")}`,
};

/** Makes an API in memory, in which Alice publishes posts for the requests and Bob comments on them. */
function scene() {
  const { services } = memoryServices();
  const handler = urlHandler(createRouter(routesOf(services), services), services.log);
  const json = { "content-type": "application/json" };
  let linesSeen = 0;

  const call = async (caller: FuzzedRequest["caller"], event: ReturnType<typeof urlEvent>) => {
    const authorization = tokens[caller];
    return handler({ ...event, headers: { ...event.headers, ...(authorization && { authorization }) } });
  };
  const create = async (caller: "alice" | "bob", path: string, body: object) => {
    const response = await call(caller, urlEvent("POST", path, { headers: json, body: JSON.stringify(body) }));
    return String(JSON.parse(response.body).id);
  };

  let post = "";
  let comment = "";
  /** Publishes a post and comments on it, unless those from before are still there. */
  async function prepare(): Promise<void> {
    if ((await services.posts.get(post)) && (await services.comments.get(comment))) return;
    post = await create("alice", "/api/v1/posts", { title: "Title", content: "Content" });
    await create("bob", `/api/v1/posts/${post}/comments`, { content: "One" });
    comment = await create("bob", `/api/v1/posts/${post}/comments`, { content: "Two" });
  }

  /** The cursor of a list that has a second page. Every other path has none. */
  async function cursorOf(caller: FuzzedRequest["caller"], path: string): Promise<string> {
    const { statusCode, body } = await call(caller, urlEvent("GET", `${path}?limit=1`));
    return statusCode === 200 && body.startsWith('{"items"') ? String(JSON.parse(body).next_cursor) : "";
  }

  /** Sends a request about a post or comment that is there, and checks the response. */
  async function check(template: string, request: FuzzedRequest): Promise<number> {
    await prepare();
    const path = request.path.replace("{id}", template.startsWith("/api/v1/comments") ? comment : post);
    const cursor = request.query.includes(CURSOR) ? await cursorOf(request.caller, path) : "";
    const event = urlEvent(request.method, "/", {
      rawPath: path,
      rawQueryString: request.query.replace(CURSOR, cursor),
      headers: { ...json, ...request.headers },
      body: request.body,
      isBase64Encoded: request.isBase64Encoded,
    });
    linesSeen = services.log.lines.length;
    const response = await call(request.caller, event);

    const { pathname } = new URL(`https://api.internal${path.startsWith("/") ? "" : "/"}${path}`);
    const breach = conformance.breach(request.method, pathname, {
      status: response.statusCode,
      headers: new Headers(response.headers),
      text: response.isBase64Encoded ? Buffer.from(response.body, "base64").toString() : response.body,
    });
    const { credentials } = secretsOf(new Headers({ authorization: tokens[request.caller] ?? "" }), "");
    // One expectation for all: there are a thousand requests, and each expectation takes as long as half of one.
    expect({
      breach,
      failure: [500, 502, 503].find((status) => status === response.statusCode),
      cors: Object.keys(response.headers).filter((name) => name.startsWith("access-control")),
      shown: foundIn(JSON.stringify(response), credentials),
      logged: foundIn(services.log.lines.slice(linesSeen), credentials),
    }).toEqual({ breach: undefined, failure: undefined, cors: [], shown: [], logged: [] });
    return response.statusCode;
  }
  return { check };
}

describe.each(operations)("$method $path", ({ method, path, operation }) => {
  test(
    "answers whatever it is sent as the document says",
    async () => {
      const statuses = new Set<number>();
      let current = scene();
      let requests = 0;
      await fc.assert(
        fc.asyncProperty(requestsTo(document, method, path, operation), async (request) => {
          // A new scene now and then, because what requests create stays, and lists grow.
          if (++requests % 100 === 0) current = scene();
          statuses.add(await current.check(path, request));
        }),
        extentOf(path),
      );
      // It was not refused each time.
      for (const status of Object.keys(operation.responses)
        .map(Number)
        .filter((status) => status < 300))
        expect([...statuses]).toContain(status);
    },
    milliseconds + 30_000,
  );
});
