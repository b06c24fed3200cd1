import fs from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { type HeaderList, sendJson, splitTarget } from "../http/messages";
import { codeOf } from "../shared/errors";

export interface PageSettings {
  /** The folder of the page's files, which `node build.mjs` writes. */
  readonly folder: string;
  /** The addresses that the page calls. */
  readonly api: string;
  readonly websocket: string;
}

/** The files of the page by their paths, with their media types. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/page/main.js": ["main.js", "text/javascript; charset=utf-8"],
  "/page/style.css": ["style.css", "text/css; charset=utf-8"],
};
/** The path at which the page learns where the platform is. */
const ADDRESSES = "/page/addresses.json";

/** Serves the page that shows what happens on the platform. It is the only page of this port, and allowed little. */
export class Page {
  private readonly headers: HeaderList;

  constructor(private readonly settings: PageSettings) {
    const { api, websocket } = settings;
    const policy = {
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      // The icon, which is empty.
      "img-src": "data:",
      "connect-src": `'self' ${api} ${new URL(websocket).origin}`,
      "base-uri": "'none'",
      // Its forms are sent by its script.
      "form-action": "'none'",
      "frame-ancestors": "'none'",
      "require-trusted-types-for": "'script'",
    };
    this.headers = [
      ...[
        "content-security-policy",
        Object.entries(policy)
          .map(([name, value]) => `${name} ${value}`)
          .join("; "),
      ],
      ...["x-content-type-options", "nosniff"],
      ...["referrer-policy", "no-referrer"],
      // A page that is loaded again after a build is the new one.
      ...["cache-control", "no-cache"],
    ];
  }

  /** Returns whether a request is for the page. */
  serves({ method }: IncomingMessage, path: string): boolean {
    return (method === "GET" || method === "HEAD") && (path === ADDRESSES || Object.hasOwn(FILES, path));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path: target } = splitTarget(request.url ?? "/");
    const { folder, api, websocket } = this.settings;
    const [file, type] = FILES[target] ?? [];
    if (file === undefined || type === undefined) return sendJson(response, 200, { api, websocket }, this.headers);
    const { host = "" } = request.headers;
    // The API's CORS rules and the WebSocket API's function know the page by one name.
    if (target === "/" && /^(127\.0\.0\.1|\[::1\])(:|$)/.test(host))
      return void response
        .writeHead(307, ["location", `http://${host.replace(/^(127\.0\.0\.1|\[::1\])/, "localhost")}/`])
        .end();
    try {
      const bytes = await fs.readFile(path.join(folder, file));
      response.writeHead(200, [...this.headers, "content-type", type, "content-length", String(bytes.byteLength)]);
      response.end(request.method === "HEAD" ? undefined : bytes);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
      sendJson(response, 404, { message: "The page is not built: run `node build.mjs`." });
    }
  }
}
