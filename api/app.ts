import { randomUUID } from "node:crypto";
import { H3, type H3Event } from "h3";
import type { Log } from "../domain/runtime/logging";
import { requestIdOf } from "../domain/runtime/request-id";
import { problemResponse, RequestProblem } from "./problems";
import { type Route, requestIdIn, type Services } from "./route";
import { commentRoutes } from "./routes/comments";
import { healthRoute } from "./routes/health";
import { postRoutes } from "./routes/posts";

/**
 * The REST API. Every answer that is not a success is a problem document (RFC 9457), and every answer carries the
 * request's id.
 *
 * It sends no CORS headers: the function URL in front of it does.
 */
export function createApp(services: Services): H3 {
  const { log } = services;
  const app = new H3({
    silent: true,
    onRequest(event) {
      event.context.startedAt = performance.now();
      event.context.requestId = requestIdOf(
        event.req.headers.get("x-request-id"),
        event.context.requestId ?? randomUUID(),
      );
    },
    onError(error, event) {
      const requestId = requestIdIn(event);
      const response = problemResponse(error, requestId);
      if (response.status >= 500) log.error("A request failed", { error: error.cause, request_id: requestId });
      return response;
    },
    onResponse(response, event) {
      response.headers.set("x-request-id", requestIdIn(event));
      response.headers.set("x-content-type-options", "nosniff");
      logRequest(log, response, event);
    },
  });
  addRoutes(app, [healthRoute(services), ...postRoutes(services), ...commentRoutes(services)]);
  return app;
}

/** Adds the routes, and to each path HEAD, OPTIONS and a refusal of every other method. */
function addRoutes(app: H3, routes: readonly Route[]): void {
  const allowed = new Map<string, string[]>();
  for (const { method, path, handler } of routes) {
    app.on(method, path, handler);
    if (method === "GET") app.head(path, handler);
    allowed.set(path, [...(allowed.get(path) ?? ["OPTIONS"]), ...(method === "GET" ? ["GET", "HEAD"] : [method])]);
  }
  for (const [path, methods] of allowed) {
    const allow = methods.join(", ");
    app.options(path, (event) => {
      event.res.status = 204;
      event.res.headers.set("allow", allow);
    });
    app.all(path, () => {
      throw new RequestProblem(405, `Allowed here: ${allow}.`, { allow });
    });
  }
}

/** One line for each request; which path exactly, and with what, is the client's business. */
function logRequest(log: Log, response: Response, event: H3Event): void {
  const { startedAt = 0, matchedRoute } = event.context;
  const route = matchedRoute?.route ?? "none";
  log[route === "/health" ? "debug" : "info"]("Request", {
    method: event.req.method,
    route,
    status: response.status,
    milliseconds: Math.round(performance.now() - startedAt),
    request_id: requestIdIn(event),
  });
}
