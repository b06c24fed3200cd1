import { addFavorite, favoritePost, listFavorites, removeFavorite } from "../../domain/favorites/favorites";
import { listOf, listQuery, listResult } from "../http/pagination";
import { type Route, route } from "../http/route";
import type { Services } from "../services";

export function favoriteRoutes(services: Services): Route[] {
  const ofPost = { path: "/api/v1/posts/{id}/favorite", action: "change favorites", resource: "post" } as const;
  return [
    route({
      ...ofPost,
      name: "addFavorite",
      method: "PUT",
      summary: "Make a post one of the caller's favorites",
      description: "Doing it twice is doing it once.",
      responses: { 204: { description: "It is a favorite." } },
      async handle({ caller, id }) {
        await addFavorite(services, caller, id);
        return { status: 204 };
      },
    }),
    route({
      ...ofPost,
      name: "removeFavorite",
      method: "DELETE",
      summary: "Make a post none of the caller's favorites",
      description: "Doing it twice is doing it once.",
      responses: { 204: { description: "It is no favorite." } },
      async handle({ caller, id }) {
        await removeFavorite(services, caller, id);
        return { status: 204 };
      },
    }),
    route({
      name: "listFavorites",
      method: "GET",
      path: "/api/v1/favorites",
      summary: "List the caller's favorites, newest first",
      action: "list favorites",
      query: listQuery,
      responses: { 200: { description: "A part of the list.", body: listOf(favoritePost) } },
      handle: (input) =>
        listResult(services, input, (limit, from) => listFavorites(services, input.caller, limit, from)),
    }),
  ];
}
