import { addFavorite, favoritePost, listFavorites, removeFavorite } from "../../domain/favorites/favorites";
import { listed, listQuery, pageOf } from "../http/pagination";
import { nothing, type Route, route } from "../http/route";
import type { Services } from "../services";

const path = "/api/v1/favorites";

export function favoriteRoutes(services: Services): Route[] {
  const ofPost = { ...nothing, path: "/api/v1/posts/{id}/favorite", access: "signed in", thing: "post" } as const;
  return [
    route({
      ...ofPost,
      name: "addFavorite",
      method: "PUT",
      summary: "Make a post one of the caller's favorites",
      description: "Doing it twice is doing it once.",
      answers: { 204: { description: "It is a favorite." } },
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
      answers: { 204: { description: "It is no favorite." } },
      async handle({ caller, id }) {
        await removeFavorite(services, caller, id);
        return { status: 204 };
      },
    }),
    route({
      ...nothing,
      name: "listFavorites",
      method: "GET",
      path,
      summary: "List the caller's favorites, newest first",
      access: "signed in",
      query: listQuery,
      answers: { 200: { description: "A part of the list.", body: pageOf(favoritePost) } },
      handle: ({ caller, query }) =>
        listed(services, { route: `GET ${path}`, caller, query }, (limit, from) =>
          listFavorites(services, caller, limit, from),
        ),
    }),
  ];
}
