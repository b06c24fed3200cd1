import { deletePost } from "../../domain/deletion/deletion";
import { createPost, listPosts, type Post, post, postInput, readPost, updatePost } from "../../domain/posts/posts";
import { etagOf, versionIn } from "../http/conditional";
import { conditional, idempotent } from "../http/header-fields";
import { listed, listQuery, pageOf } from "../http/pagination";
import { nothing, type Reply, type Route, route } from "../http/route";
import type { Services } from "../services";

const path = "/api/v1/posts";
const shown = (found: Post): Reply => ({ body: found, etag: etagOf(found) });

export function postRoutes(services: Services): Route[] {
  return [
    route({
      ...nothing,
      name: "listPosts",
      method: "GET",
      path,
      summary: "List posts, newest first",
      access: "anyone",
      query: listQuery,
      answers: { 200: { description: "A part of the list.", body: pageOf(post) } },
      handle: ({ caller, query }) =>
        listed(services, { route: `GET ${path}`, caller, query }, (limit, from) =>
          listPosts(services, caller, limit, from),
        ),
    }),
    route({
      ...nothing,
      name: "createPost",
      method: "POST",
      path,
      summary: "Publish a post",
      access: "signed in",
      headers: idempotent,
      body: postInput,
      answers: { 201: { description: "The post.", body: post, headers: ["etag", "location"] } },
      async handle({ caller, body, headers }) {
        const created = await createPost(services, caller, body, headers["idempotency-key"]);
        return { ...shown(created), status: 201, headers: { location: `${path}/${created.id}` } };
      },
    }),
    route({
      ...nothing,
      name: "readPost",
      method: "GET",
      path: `${path}/{id}`,
      summary: "Read a post",
      access: "anyone",
      thing: "post",
      answers: { 200: { description: "The post.", body: post, headers: ["etag"] } },
      handle: async ({ caller, id }) => shown(await readPost(services, caller, id)),
    }),
    route({
      ...nothing,
      name: "updatePost",
      method: "PUT",
      path: `${path}/{id}`,
      summary: "Change a post of the caller's",
      access: "signed in",
      thing: "post",
      headers: conditional,
      body: postInput,
      answers: { 200: { description: "The changed post.", body: post, headers: ["etag"] } },
      handle: async ({ caller, id, body, headers }) =>
        shown(await updatePost(services, caller, id, body, versionIn(headers["if-match"]))),
    }),
    route({
      ...nothing,
      name: "deletePost",
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Delete a post of the caller's, with its comments and favorites",
      description: "Doing it twice is doing it once.",
      access: "signed in",
      thing: "post",
      headers: conditional,
      answers: { 204: { description: "There is no such post any more." } },
      async handle({ caller, id, headers }) {
        await deletePost(services, caller, id, versionIn(headers["if-match"]));
        return { status: 204 };
      },
    }),
  ];
}
