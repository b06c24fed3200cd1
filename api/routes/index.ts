import type { Route } from "../http/route";
import type { Services } from "../services";
import { commentRoutes } from "./comments";
import { documentationRoutes } from "./documentation";
import { favoriteRoutes } from "./favorites";
import { healthRoutes } from "./health";
import { postRoutes } from "./posts";
import { websocketRoutes } from "./websocket";

/** Returns all routes of the API. */
export function routesOf(services: Services): readonly Route[] {
  const routes = [
    ...healthRoutes(services),
    ...postRoutes(services),
    ...commentRoutes(services),
    ...favoriteRoutes(services),
    ...websocketRoutes(services),
  ];
  return services.documented ? [...routes, ...documentationRoutes(services, routes)] : routes;
}
