import {
  comment,
  commentInput,
  createComment,
  deleteComment,
  listComments,
  readComment,
  updateComment,
} from "../../domain/comments/comments";
import { representationOf, versionIn } from "../http/conditional";
import { listOf, listQuery, listResult } from "../http/pagination";
import { idempotencyHeaders, preconditionHeaders } from "../http/request";
import { type Route, route } from "../http/route";
import type { Services } from "../services";

const onPost = "/api/v1/posts/{id}/comments";
const path = "/api/v1/comments";

export function commentRoutes(services: Services): Route[] {
  return [
    route({
      name: "listComments",
      method: "GET",
      path: onPost,
      summary: "List the comments on a post, newest first",
      action: "read comments",
      resource: "post",
      query: listQuery,
      responses: { 200: { description: "A part of the list.", body: listOf(comment) } },
      handle: (input) =>
        listResult(services, input, (limit, from) => listComments(services, input.caller, input.id, limit, from)),
    }),
    route({
      name: "createComment",
      method: "POST",
      path: onPost,
      summary: "Comment on a post",
      description: "Everyone who listens by WebSocket is told a moment later.",
      action: "create comments",
      resource: "post",
      headers: idempotencyHeaders,
      body: commentInput,
      responses: { 201: { description: "The comment.", body: comment, headers: ["etag", "location"] } },
      async handle({ caller, id, body, headers }) {
        const created = await createComment(services, caller, id, body, headers["idempotency-key"]);
        return { ...representationOf(created), status: 201, headers: { location: `${path}/${created.id}` } };
      },
    }),
    route({
      name: "readComment",
      method: "GET",
      path: `${path}/{id}`,
      summary: "Read a comment",
      action: "read comments",
      resource: "comment",
      responses: { 200: { description: "The comment.", body: comment, headers: ["etag"] } },
      handle: async ({ caller, id }) => representationOf(await readComment(services, caller, id)),
    }),
    route({
      name: "updateComment",
      method: "PUT",
      path: `${path}/{id}`,
      summary: "Change a comment of the caller's",
      action: "update the comment",
      resource: "comment",
      headers: preconditionHeaders,
      body: commentInput,
      responses: { 200: { description: "The changed comment.", body: comment, headers: ["etag"] } },
      handle: async ({ caller, id, body, headers }) =>
        representationOf(await updateComment(services, caller, id, body, versionIn(headers["if-match"]))),
    }),
    route({
      name: "deleteComment",
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Delete a comment of the caller's, or on a post of the caller's",
      action: "delete the comment",
      resource: "comment",
      headers: preconditionHeaders,
      responses: { 204: { description: "There is no such comment any more." } },
      async handle({ caller, id, headers }) {
        await deleteComment(services, caller, id, versionIn(headers["if-match"]));
        return { status: 204 };
      },
    }),
  ];
}
