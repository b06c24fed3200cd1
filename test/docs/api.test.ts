import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { routesOf } from "../../api/routes";
import { audienceOf } from "../../domain/shared/authorization";
import { document } from "../support/api";
import { memoryServices } from "../support/doubles/services";

const page = fs.readFileSync(path.join(__dirname, "../../docs/api.md"), "utf8");

/** The rows of the page's table of endpoints. */
const rows = page
  .split("\n")
  .filter((line) => /^\| `(GET|POST|PUT|DELETE) /.test(line))
  .flatMap((line) => {
    const [, endpoints = "", , who = "", statuses = ""] = line.split("|").map((cell) => cell.trim());
    return [...endpoints.matchAll(/`([^`]+)`/g)].map(([, endpoint]) => ({ endpoint, who, statuses }));
  });

/** Says in the page's words who may send a request to a route at all. */
const WHO = {
  "by everyone": /^everyone/,
  "by anyone signed in": /^anyone signed in$/,
  "by users": /^(users|its author)/,
};

test("docs/api.md lists every operation of the document with its successes, and no other", () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      endpoint: `${method.toUpperCase()} ${path}`,
      statuses: Object.keys(responses)
        .filter((status) => Number(status) < 400)
        .join(", "),
    })),
  );
  const lines = (list: readonly { endpoint?: string | undefined; statuses: string }[]) =>
    list.map(({ endpoint, statuses }) => `${endpoint}: ${statuses}`).toSorted();
  expect(lines(rows)).toEqual(lines(operations));
});

test("docs/api.md says who may send each request as the rule of its action does", () => {
  for (const { method, path, action } of routesOf(memoryServices().services)) {
    const row = rows.find(({ endpoint }) => endpoint === `${method} ${path}`);
    expect(row?.who).toMatch(WHO[action === "none" ? "by everyone" : audienceOf(action)]);
  }
});

test("docs/api.md gives the limits of texts as the schemas have them", () => {
  const { PostInput, CommentInput } = document.components.schemas;
  const limitOf = (schema: unknown, field: string) =>
    Number(Object(schema).properties[field].maxLength).toLocaleString("en");
  expect(page).toContain(`${limitOf(PostInput, "title")} characters, one line`);
  expect(page).toContain(`${limitOf(PostInput, "content")} and ${limitOf(CommentInput, "content")} characters`);
});
