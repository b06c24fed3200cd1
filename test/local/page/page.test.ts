/** The page at `/`: its files, what they may do, and what is none of them. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sendJson, splitTarget } from "../../../local/http/messages";
import { Page } from "../../../local/page/page";
import type { Port } from "../../../local/ports/port";
import { ask, serving } from "../serving";

const folder = path.resolve(__dirname, "../../../dist/page");

async function serve(files: string): Promise<Port> {
  const page = new Page({ folder: files, api: "http://localhost:8000", websocket: "ws://localhost:3001/development" });
  return serving({
    request: (request, response) => {
      const { path: target } = splitTarget(request.url ?? "/");
      return page.serves(request, target) ? page.handle(request, response) : sendJson(response, 418, {});
    },
  });
}

let port: Port;
beforeAll(async () => {
  port = await serve(folder);
});
afterAll(() => port.stop());

describe("the page", () => {
  test.each([
    ["/", "index.html", "text/html; charset=utf-8"],
    ["/page/main.js", "main.js", "text/javascript; charset=utf-8"],
    ["/page/style.css", "style.css", "text/css; charset=utf-8"],
  ])("has %s", async (target, file, type) => {
    const { status, headers, body } = await ask(port, { path: target });
    expect([status, headers["content-type"]]).toEqual([200, type]);
    expect(body).toBe(fs.readFileSync(path.join(folder, file), "utf8"));
    const head = await ask(port, { path: target, method: "HEAD" });
    expect([head.status, head.body, head.headers["content-length"]]).toEqual([200, "", headers["content-length"]]);
  });

  test("runs its own script alone, calls the platform alone, and is nobody's frame", async () => {
    const { headers } = await ask(port);
    expect(String(headers["content-security-policy"]).split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src data:",
      "connect-src 'self' http://localhost:8000 ws://localhost:3001",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  test("holds no script and no style of its document's own, which that policy would not run", () => {
    const html = fs.readFileSync(path.join(folder, "index.html"), "utf8");
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:/);
  });

  test("learns where the platform is", async () => {
    const { body, headers } = await ask(port, { path: "/page/addresses.json" });
    expect(JSON.parse(body)).toEqual({ api: "http://localhost:8000", websocket: "ws://localhost:3001/development" });
    expect(headers["cache-control"]).toBe("no-cache");
  });

  test.each(["127.0.0.1", "[::1]"])("is sent from %s to the one name that the platform knows it by", async (name) => {
    const answer = await ask(port, { headers: ["host", `${name}:3001`] });
    expect([answer.status, answer.headers.location]).toEqual([307, "http://localhost:3001/"]);
  });

  test.each([
    ["POST", "/"],
    ["OPTIONS", "/page/main.js"],
    ["GET", "/page/"],
    ["GET", "/page/../page/main.js"],
    ["GET", "/page/index.html"],
    ["GET", "/__proto__"],
    ["GET", "/constructor"],
  ])("leaves %s %s to others", async (method, target) => {
    expect((await ask(port, { method, path: target })).status).toBe(418);
  });
});

test("a page that is not built says how to build it", async () => {
  const empty = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-page-"));
  const unbuilt = await serve(empty);
  const { status, body } = await ask(unbuilt);
  expect([status, body]).toEqual([404, '{"message":"The page is not built: run `node build.mjs`."}']);
  await unbuilt.stop();
  fs.rmdirSync(empty);
});
