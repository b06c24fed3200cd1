import * as z from "zod/mini";
import { nothing, type Route, route } from "../http/route";
import { createSchemas } from "../openapi/schemas";
import type { Services } from "../services";

/** The API's own documentation. What makes it is read with the first request for it. */
export function documentationRoutes({ about }: Services, others: readonly Route[]): Route[] {
  const document = async () => {
    const { openApiDocument } = await import("../openapi/document");
    return openApiDocument([...others, ...routes], createSchemas(), about.version);
  };
  const routes: Route[] = [
    route({
      ...nothing,
      name: "readDocument",
      method: "GET",
      path: "/openapi.json",
      summary: "Describe the API in OpenAPI 3.1",
      access: "public",
      answers: { 200: { description: "The document.", body: z.record(z.string(), z.unknown()) } },
      handle: async () => ({ body: await document() }),
    }),
    route({
      ...nothing,
      name: "readPage",
      method: "GET",
      path: "/docs",
      summary: "Describe the API to people",
      access: "public",
      answers: { 200: { description: "A page.", mediaType: "text/html" } },
      async handle() {
        const { page } = await import("../openapi/page");
        const { html, headers } = page(await document());
        return { body: html, headers };
      },
    }),
  ];
  return routes;
}
