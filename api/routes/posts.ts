import { deletePost } from "../../domain/deletion/deletion";
import { createPost, listPosts, post, postInput, readPost, updatePost } from "../../domain/posts/posts";
import { representationOf, versionIn } from "../http/conditional";
import { listOf, listQuery, listResult } from "../http/pagination";
import { idempotencyHeaders, preconditionHeaders } from "../http/request";
import { type Route, route } from "../http/route";
import type { Services } from "../services";

const path = "/api/v1/posts";

export function postRoutes(services: Services): Route[] {
  return [
    route({
      name: "listPosts",
      method: "GET",
      path,
      summary: "List posts, newest first",
      action: "read posts",
      query: listQuery,
      responses: { 200: { description: "A part of the list.", body: listOf(post) } },
      handle: (input) => listResult(services, input, (limit, from) => listPosts(services, input.caller, limit, from)),
    }),
    route({
      name: "createPost",
      method: "POST",
      path,
      summary: "Publish a post",
      action: "create posts",
      headers: idempotencyHeaders,
      body: postInput,
      responses: { 201: { description: "The post.", body: post, headers: ["etag", "location"] } },
      async handle({ caller, body, headers }) {
        const created = await createPost(services, caller, body, headers["idempotency-key"]);
        return { ...representationOf(created), status: 201, headers: { location: `${path}/${created.id}` } };
      },
    }),
    route({
      name: "readPost",
      method: "GET",
      path: `${path}/{id}`,
      summary: "Read a post",
      action: "read posts",
      resource: "post",
      responses: { 200: { description: "The post.", body: post, headers: ["etag"] } },
      handle: async ({ caller, id }) => representationOf(await readPost(services, caller, id)),
    }),
    route({
      name: "updatePost",
      method: "PUT",
      path: `${path}/{id}`,
      summary: "Change a post of the caller's",
      action: "update the post",
      resource: "post",
      headers: preconditionHeaders,
      body: postInput,
      responses: { 200: { description: "The changed post.", body: post, headers: ["etag"] } },
      handle: async ({ caller, id, body, headers }) =>
        representationOf(await updatePost(services, caller, id, body, versionIn(headers["if-match"]))),
    }),
    route({
      name: "deletePost",
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Delete a post of the caller's, with its comments and favorites",
      description: "Doing it twice is doing it once.",
      action: "delete the post",
      resource: "post",
      headers: preconditionHeaders,
      responses: { 204: { description: "There is no such post any more." } },
      async handle({ caller, id, headers }) {
        await deletePost(services, caller, id, versionIn(headers["if-match"]));
        return { status: 204 };
      },
    }),
  ];
}
