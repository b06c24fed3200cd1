import { expect, test } from "@jest/globals";
import { requestHeaders, responseHeaders } from "../../../api/http/cors-headers";
import { createRouter } from "../../../api/http/router";
import { routesOf } from "../../../api/routes";
import { document } from "../../support/api";
import { bearer } from "../../support/doubles/authenticator";
import { idOf, memoryServices } from "../../support/doubles/services";

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

test("a page may send every header that a route reads, and no other", async () => {
  const { services } = memoryServices();
  const router = createRouter(routesOf(services), services);
  const read = new Set<string>();
  async function send(method: string, path: string, body?: object): Promise<number> {
    const headers = { authorization: bearer("alice"), ...(body && { "content-type": "application/json" }) };
    const request = new Request(`https://api.internal${path}`, { method, headers, body: JSON.stringify(body) ?? null });
    for (const way of ["get", "has"] as const) {
      const original = request.headers[way].bind(request.headers);
      Object.assign(request.headers, {
        [way](name: string) {
          read.add(name.toLowerCase());
          return original(name);
        },
      });
    }
    return (await router.request(request)).status;
  }
  await send("POST", "/api/v1/posts", { title: "Title", content: "Content" });
  await send("POST", `/api/v1/posts/${idOf(1)}/comments`, { content: "Content" });
  // The deletions come last, and the post's last of all, because it has the shortest path.
  const order = ({ method, path }: (typeof operations)[number]) => (method === "DELETE" ? 1_000 - path.length : 0);
  const deletionsLast = operations.toSorted((one, other) => order(one) - order(other));
  const statuses = [];
  for (const { method, path, operation } of deletionsLast) {
    const comment = path.startsWith("/api/v1/comments");
    const body =
      comment || path.endsWith("/comments") ? { content: "Content" } : { title: "Title", content: "Content" };
    const id = idOf(comment ? 2 : 1);
    statuses.push(await send(method, path.replace("{id}", id), operation.requestBody && body));
  }
  expect(statuses.filter((status) => status >= 400)).toEqual([]);
  expect([...read].toSorted()).toEqual([...requestHeaders].toSorted());
});

test("a page may send every header that the document names", () => {
  const named = operations.flatMap(({ operation }) =>
    operation.parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name),
  );
  expect(new Set(named)).toEqual(new Set(["idempotency-key", "if-match", "if-none-match"]));
  for (const name of named) expect(requestHeaders).toContain(name);
});

test("a page's script may read every header that the document names in a response, and the request's id", () => {
  const { responses } = document.components;
  const named = [
    ...operations.flatMap(({ operation }) => Object.values(operation.responses)),
    ...Object.values(responses),
  ]
    .flatMap((response) => ("$ref" in response ? [] : Object.keys(response.headers ?? {})))
    .filter((name) => name !== "content-security-policy");
  expect([...new Set([...named, "x-request-id"])].toSorted()).toEqual([...responseHeaders].toSorted());
});
