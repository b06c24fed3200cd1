import { H3, type H3Event } from "h3";
import { urlHandler } from "../../../api/http/adapter";
import { recordingLog } from "./log";

/** Returns the response to an event by an application whose only route is the given function, with the log. */
export async function responseTo(event: unknown, route: (event: H3Event) => unknown) {
  const log = recordingLog();
  const app = new H3({ silent: true }).all("/**", route);
  return { ...(await urlHandler(app, log)(event)), log };
}

/** A route that returns the request that it got. */
export const echo = async ({ req, url }: H3Event) => ({
  method: req.method,
  url: url.href,
  headers: Object.fromEntries(req.headers),
  body: Buffer.from(await req.arrayBuffer()).toString("hex"),
});
