import { randomUUID } from "node:crypto";
import { type EventHandler, H3, type H3Event, type HTTPResponse } from "h3";
import { Unauthenticated } from "../../domain/shared/errors";
import type { Log } from "../../runtime/log";
import { requestIdOf } from "../../runtime/request-id";
import type { Services } from "../services";
import { problemResponse, RequestProblem } from "./problems";
import { answer } from "./response";
import { type Reply, type Route, requestIdIn } from "./route";

/** What every route is served with. */
type Shell = Pick<Services, "authenticator" | "log">;

/**
 * Serves routes. Every answer that is not a success is a problem document (RFC 9457), and every answer carries the
 * request's id.
 *
 * It sends no CORS headers: the function URL in front of it does.
 */
export function serveRoutes(routes: readonly Route[], services: Shell): H3 {
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
      logRequest(log, response.status, event);
      return response;
    },
  });
  addRoutes(app, routes, services);
  return app;
}

/** Adds the routes, and to each path HEAD, OPTIONS and a refusal of every other method. */
function addRoutes(app: H3, routes: readonly Route[], services: Shell): void {
  const allowed = new Map<string, string[]>();
  for (const route of routes) {
    const { method } = route;
    const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
    const handler = handlerOf(route, services);
    app.on(method, path, handler);
    if (method === "GET") app.head(path, handler);
    allowed.set(path, [...(allowed.get(path) ?? ["OPTIONS"]), ...(method === "GET" ? ["GET", "HEAD"] : [method])]);
  }
  for (const [path, methods] of allowed) {
    const allow = methods.join(", ");
    app.options(path, (event) => respond(services.log, event, { status: 204, headers: { allow } }));
    app.all(path, () => {
      throw new RequestProblem(405, `Allowed here: ${allow}.`, { allow });
    });
  }
}

/** Who asks is found out first: nothing of a stranger's request is read for what needs a user. */
function handlerOf({ access, serve }: Route, { authenticator, log }: Shell): EventHandler {
  if (access === "public") return async (event) => respond(log, event, await serve(event, undefined));
  return async (event) => {
    const caller = await authenticator.authenticate(event.req.headers.get("authorization") ?? undefined);
    if (!caller && access === "signed in") throw new Unauthenticated();
    return respond(log, event, await serve(event, caller));
  };
}

function respond(log: Log, event: H3Event, reply: Reply): HTTPResponse {
  const response = answer(event, reply);
  logRequest(log, response.status ?? 200, event);
  return response;
}

/**
 * One line for each request, but health checks: they are many, and say nothing. Which path exactly, and with what, is
 * the client's business.
 */
function logRequest(log: Log, status: number, event: H3Event): void {
  const { startedAt = 0, matchedRoute } = event.context;
  const route = matchedRoute?.route ?? "none";
  if (route === "/health") return;
  log.info("Request", {
    method: event.req.method,
    route,
    status,
    milliseconds: Math.round(performance.now() - startedAt),
    request_id: requestIdIn(event),
  });
}
