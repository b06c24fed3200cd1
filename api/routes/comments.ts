import { commentInput, createComment, listComments } from "../../domain/comments";
import { listQuery, readBody, readId, readQuery } from "../input";
import { type Route, requestIdIn, type Services } from "../route";

export function commentRoutes(services: Services): Route[] {
  const path = "/api/v1/posts/:id/comments";
  return [
    {
      method: "POST",
      path,
      async handler(event) {
        const postId = readId(event, "post");
        const input = await readBody(event, commentInput);
        const comment = await createComment(services, undefined, postId, input, requestIdIn(event));
        event.res.status = 201;
        return comment;
      },
    },
    {
      method: "GET",
      path,
      async handler(event) {
        const { limit } = readQuery(event, listQuery);
        const { items } = await listComments(services, undefined, readId(event, "post"), limit);
        return { items };
      },
    },
  ];
}
