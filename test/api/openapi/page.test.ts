import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { page } from "../../../api/openapi/page";
import { apiInMemory, conformance, document } from "../../support/api";

test("GET /docs answers with a page that needs nothing from anywhere", async () => {
  const response = await apiInMemory().send("GET", "/docs");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html;charset=utf-8");
  const html = await response.text();
  expect(html).not.toMatch(/<script|\bsrc=|@import|url\(/);
  for (const [, target] of html.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^(#|\/openapi\.json$)/);
  const [, style = ""] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
  expect(response.headers.get("content-security-policy")).toBe(
    `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; ` +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});

test("the page shows every operation and leads to every schema", () => {
  const { html } = page(document);
  for (const [path, methods] of Object.entries(document.paths))
    for (const method of Object.keys(methods)) expect(html).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
  expect(html.match(/<details>/g)).toHaveLength(conformance.operationIds.length);
  for (const [, id] of html.matchAll(/href="#([^"]*)"/g)) expect(html).toContain(`id="${id}"`);
});

test("the page gives an example of each request", () => {
  const { html } = page(document);
  expect(html).toContain(
    "curl -X POST &quot;$API/api/v1/posts&quot; \\\n" +
      "  -H &quot;authorization: Bearer $TOKEN&quot; \\\n" +
      "  -H &quot;content-type: application/json&quot; -d '{&quot;title&quot;:&quot;Some title&quot;,&quot;content&quot;:&quot;Some content&quot;",
  );
});

test("the page repeats what a document says as text, never as HTML", () => {
  const hostile = { ...document, info: { ...document.info, title: '<script>alert("1")</script>&' } };
  expect(page(hostile).html).toContain("<h1>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp; 1.2.3</h1>");
});
