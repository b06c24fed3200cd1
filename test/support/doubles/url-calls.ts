import { H3, type H3Event } from "h3";
import { urlHandler } from "../../../api/http/adapter";
import { recordingLog } from "./log";

/** The answer of an application whose only route is the given function. */
export async function answerOf(event: unknown, route: (event: H3Event) => unknown) {
  const log = recordingLog();
  const app = new H3({ silent: true }).all("/**", route);
  return { ...(await urlHandler(() => app, log)(event)), log };
}

/** A route that tells what it was asked. */
export const echo = async ({ req, url }: H3Event) => ({
  method: req.method,
  url: url.href,
  headers: Object.fromEntries(req.headers),
  body: Buffer.from(await req.arrayBuffer()).toString("hex"),
});
