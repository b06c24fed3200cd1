import {
  type Comment,
  comment,
  commentInput,
  createComment,
  deleteComment,
  listComments,
  readComment,
  updateComment,
} from "../../domain/comments/comments";
import { etagOf, versionIn } from "../http/conditional";
import { conditional, idempotent } from "../http/header-fields";
import { listed, listQuery, pageOf } from "../http/pagination";
import { nothing, type Reply, type Route, route } from "../http/route";
import type { Services } from "../services";

const onPost = "/api/v1/posts/{id}/comments";
const path = "/api/v1/comments";
const shown = (found: Comment): Reply => ({ body: found, etag: etagOf(found) });

export function commentRoutes(services: Services): Route[] {
  return [
    route({
      ...nothing,
      name: "listComments",
      method: "GET",
      path: onPost,
      summary: "List the comments on a post, newest first",
      access: "anyone",
      thing: "post",
      query: listQuery,
      answers: { 200: { description: "A part of the list.", body: pageOf(comment) } },
      handle: ({ caller, id, query }) =>
        listed(services, { route: `GET ${onPost}`, caller, filter: { id }, query }, (limit, from) =>
          listComments(services, caller, id, limit, from),
        ),
    }),
    route({
      ...nothing,
      name: "createComment",
      method: "POST",
      path: onPost,
      summary: "Comment on a post",
      description: "Everyone who is connected by WebSocket is told.",
      access: "signed in",
      thing: "post",
      headers: idempotent,
      body: commentInput,
      answers: { 201: { description: "The comment.", body: comment, headers: ["etag", "location"] } },
      async handle({ caller, id, body, headers, requestId }) {
        const created = await createComment(services, caller, id, body, requestId, headers["idempotency-key"]);
        return { ...shown(created), status: 201, headers: { location: `${path}/${created.id}` } };
      },
    }),
    route({
      ...nothing,
      name: "readComment",
      method: "GET",
      path: `${path}/{id}`,
      summary: "Read a comment",
      access: "anyone",
      thing: "comment",
      answers: { 200: { description: "The comment.", body: comment, headers: ["etag"] } },
      handle: async ({ caller, id }) => shown(await readComment(services, caller, id)),
    }),
    route({
      ...nothing,
      name: "updateComment",
      method: "PUT",
      path: `${path}/{id}`,
      summary: "Change a comment of the caller's",
      access: "signed in",
      thing: "comment",
      headers: conditional,
      body: commentInput,
      answers: { 200: { description: "The changed comment.", body: comment, headers: ["etag"] } },
      handle: async ({ caller, id, body, headers }) =>
        shown(await updateComment(services, caller, id, body, versionIn(headers["if-match"]))),
    }),
    route({
      ...nothing,
      name: "deleteComment",
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Delete a comment of the caller's, or on a post of the caller's",
      access: "signed in",
      thing: "comment",
      headers: conditional,
      answers: { 204: { description: "There is no such comment any more." } },
      async handle({ caller, id, headers }) {
        await deleteComment(services, caller, id, versionIn(headers["if-match"]));
        return { status: 204 };
      },
    }),
  ];
}
