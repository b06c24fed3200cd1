import * as z from "zod/mini";
import { type Route, route } from "../http/route";
import { type OpenApiDocument, openApiDocument } from "../openapi/document";
import type { Services } from "../services";

/** Makes the routes that describe the API: themselves and the given ones. */
export function documentationRoutes({ about }: Pick<Services, "about">, others: readonly Route[]): Route[] {
  let made: OpenApiDocument | undefined;
  const document = () => {
    made ??= openApiDocument([...others, ...routes], about.version);
    return made;
  };
  const routes: Route[] = [
    route({
      name: "readDocument",
      method: "GET",
      path: "/openapi.json",
      summary: "Describe the API in OpenAPI 3.1",
      action: "none",
      responses: { 200: { description: "The document.", body: z.record(z.string(), z.unknown()) } },
      handle: () => ({ body: document() }),
    }),
    route({
      name: "readPage",
      method: "GET",
      path: "/docs",
      summary: "Show the API to people, and let them try requests",
      action: "none",
      responses: {
        200: { description: "A page.", mediaType: "text/html", headers: ["content-security-policy"] },
      },
      async handle() {
        // The page is large, and an instance that is never asked for it never reads it.
        const { page } = await import("../openapi/page");
        const { html, contentSecurityPolicy } = page(document().info.title);
        const headers = { "content-type": "text/html;charset=utf-8", "content-security-policy": contentSecurityPolicy };
        return { body: html, headers };
      },
    }),
  ];
  return routes;
}
