import { NotFound } from "../../domain/errors";
import { newPost, postInput } from "../../domain/posts";
import { listQuery, readBody, readId, readQuery } from "../input";
import type { Route, Services } from "../route";

export function postRoutes({ posts, now, newId }: Services): Route[] {
  return [
    {
      method: "POST",
      path: "/api/v1/posts",
      async handler(event) {
        const post = newPost(await readBody(event, postInput), newId(), now());
        await posts.create(post);
        event.res.status = 201;
        event.res.headers.set("location", `/api/v1/posts/${post.id}`);
        return post;
      },
    },
    {
      method: "GET",
      path: "/api/v1/posts",
      handler: async (event) => ({ items: await posts.newest(readQuery(event, listQuery).limit) }),
    },
    {
      method: "GET",
      path: "/api/v1/posts/:id",
      async handler(event) {
        const post = await posts.get(readId(event, "post"));
        if (!post) throw new NotFound("post");
        return post;
      },
    },
  ];
}
