/**
 * The page on which people read the API's document and try requests. It is Swagger UI, inlined: the page needs nothing
 * from anywhere but the document. See docs/decisions/docs-page.md.
 *
 * Only routes/documentation.ts imports this file, dynamically, because the texts are large. It imports nothing of ours, so
 * that the bundler makes one file of it and cuts nothing off the file that every instance reads.
 */
import { createHash } from "node:crypto";
import style from "swagger-ui-dist/swagger-ui.css" with { type: "text" };
import swaggerUi from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "text" };

/** Returns the page. Its policy lets it run its own scripts and styles only, and talk to its own origin only. */
export function page(title: string): { readonly html: string; readonly contentSecurityPolicy: string } {
  const start = `SwaggerUIBundle(${JSON.stringify(SETTINGS)});`;
  // In an HTML page this would begin a comment; in a string or a pattern of the script it means the same.
  const library = swaggerUi.replaceAll("<!--", "\\x3c!--");
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${asHtml(title)}</title>
<style>${style}</style>
<div id="swagger-ui"></div>
<script>${library}</script>
<script>${start}</script>
</html>
`;
  return {
    html,
    contentSecurityPolicy: [
      "default-src 'none'",
      `script-src ${hashOf(library)} ${hashOf(start)}`,
      `style-src ${hashOf(style)}`,
      "img-src data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  };
}

/** The settings of Swagger UI (https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/). */
const SETTINGS = {
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // Keeps the token over a reload of the page, in the browser's local storage.
  persistAuthorization: true,
  // Otherwise every document would be sent to a service of Swagger's that validates it.
  validatorUrl: null,
};

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const asHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
