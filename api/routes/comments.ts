import { addComment, commentInput, commentsOf, newComment } from "../../domain/comments";
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
        const comment = newComment(await readBody(event, commentInput), postId, services.newId(), services.now());
        await addComment(services, comment, requestIdIn(event));
        event.res.status = 201;
        return comment;
      },
    },
    {
      method: "GET",
      path,
      async handler(event) {
        const { limit } = readQuery(event, listQuery);
        return { items: await commentsOf(services, readId(event, "post"), limit) };
      },
    },
  ];
}
