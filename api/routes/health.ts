import * as z from "zod/mini";
import { type Route, route } from "../http/route";
import type { Services } from "../services";

const index = z.object({ name: z.string(), version: z.string(), health: z.string(), posts: z.string() });

const health = z.object({
  status: z.literal("healthy"),
  message: z.string(),
  environment: z.string(),
  websocket_endpoint: z.string().check(z.meta({ description: "The address at which browsers connect for news." })),
  broadcast_endpoint: z.string(),
  version: z.string(),
  timestamp: z.string().check(z.meta({ format: "date-time" })),
});

/** Makes the routes that need no other service, so that they answer while AWS or Firebase is in trouble. */
export function healthRoutes({ about, now }: Pick<Services, "about" | "now">): Route[] {
  return [
    route({
      name: "readIndex",
      method: "GET",
      path: "/",
      summary: "Say what this is and where to go on",
      action: "none",
      responses: { 200: { description: "What this is.", body: index } },
      handle: () => ({
        body: { name: "Terrace API", version: about.version, health: "/health", posts: "/api/v1/posts" },
      }),
    }),
    route({
      name: "readHealth",
      method: "GET",
      path: "/health",
      summary: "Say that the API answers, and where the rest is",
      action: "none",
      responses: { 200: { description: "The API answers.", body: health } },
      handle: () => ({
        body: {
          status: "healthy",
          message: "API is running",
          environment: about.environment,
          websocket_endpoint: about.websocketEndpoint,
          broadcast_endpoint: about.broadcastEndpoint,
          version: about.version,
          timestamp: now().toISOString(),
        },
      }),
    }),
  ];
}
