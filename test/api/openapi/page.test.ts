import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { expect, test } from "@jest/globals";
import { page } from "../../../api/openapi/page";
import { apiInMemory } from "../../support/api";

test("GET /docs answers with a page that loads nothing and may only run what it brings", async () => {
  const response = await apiInMemory().send("GET", "/docs");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html;charset=utf-8");
  const html = await response.text();
  const [, style = ""] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = ""]) => script);
  const ours = html.replace(style, "").replace(scripts[0] ?? "", "");
  expect(ours.length).toBeLessThan(1_000);
  expect(ours).not.toMatch(/\b(src|href)=|@import|url\(/);
  const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  expect(response.headers.get("content-security-policy")).toBe(
    `default-src 'none'; script-src ${scripts.map(hashOf).join(" ")}; style-src ${hashOf(style)}; img-src data:; ` +
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});

test("the page shows this API's document, in which requests can be tried, and sends it to nobody", () => {
  const { html } = page("API");
  const [, settings = ""] = /<script>SwaggerUIBundle\((.*)\);<\/script>/.exec(html) ?? [];
  expect(JSON.parse(settings)).toMatchObject({ url: "/openapi.json", tryItOutEnabled: true, validatorUrl: null });
});

test("the library cannot end the page's script element, or hide its end in a comment", () => {
  const { html } = page("API");
  const library = html.slice(html.indexOf("<script>") + "<script>".length, html.indexOf("</script>"));
  expect(library.length).toBeGreaterThan(1_000_000);
  // If the element ends where the library ends, it holds a whole program.
  expect(() => new Script(library)).not.toThrow();
  expect(library.indexOf("<!--")).toBe(-1);
});

test("the page repeats the title as text, never as HTML", () => {
  expect(page("<script>alert(1)</script>&").html).toContain("<title>&lt;script>alert(1)&lt;/script>&amp;</title>");
});
