import type { H3 } from "h3";
import { serveRoutes } from "./http/serving";
import { routesOf } from "./routes";
import type { Services } from "./services";

/** The whole REST API. */
export function createApp(services: Services): H3 {
  return serveRoutes(routesOf(services), services);
}
