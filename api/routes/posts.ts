import { createPost, listPosts, postInput, readPost } from "../../domain/posts";
import { listQuery, readBody, readId, readQuery } from "../input";
import type { Route, Services } from "../route";

export function postRoutes(services: Services): Route[] {
  return [
    {
      method: "POST",
      path: "/api/v1/posts",
      async handler(event) {
        const post = await createPost(services, undefined, await readBody(event, postInput));
        event.res.status = 201;
        event.res.headers.set("location", `/api/v1/posts/${post.id}`);
        return post;
      },
    },
    {
      method: "GET",
      path: "/api/v1/posts",
      async handler(event) {
        const { items } = await listPosts(services, undefined, readQuery(event, listQuery).limit);
        return { items };
      },
    },
    {
      method: "GET",
      path: "/api/v1/posts/:id",
      handler: (event) => readPost(services, undefined, readId(event, "post")),
    },
  ];
}
