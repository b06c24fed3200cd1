import type { H3 } from "h3";
import { routesOf } from "./routes";
import type { Services } from "./services";
import { serveRoutes } from "./serving";

/** The whole REST API. */
export function createApp(services: Services): H3 {
  return serveRoutes(routesOf(services), services);
}
