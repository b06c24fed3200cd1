import { type EventHandler, H3, type H3Event, type HTTPResponse } from "h3";
import { admit } from "../../domain/shared/authorization";
import type { Log } from "../../runtime/log";
import { MethodNotAllowed } from "../errors";
import type { Services } from "../services";
import { problemResponse } from "./problems";
import { headerIn, requestIdIn } from "./request";
import { type Result, responseTo } from "./response";
import type { Route } from "./route";

type RouterServices = Pick<Services, "authenticator" | "log">;

/**
 * Makes the application that serves the routes: it finds the route of a request, authenticates the caller, has the
 * route read and handle the request, and turns the result into a response or the error into a problem document
 * (RFC 9457). One line is logged for each request.
 *
 * It sends no CORS headers, because the function URL in front of it does.
 */
export function createRouter(routes: readonly Route[], services: RouterServices): H3 {
  const { log } = services;
  const app = new H3({
    silent: true,
    onRequest(event) {
      event.context.startedAt = performance.now();
    },
    onError(error, event) {
      const requestId = requestIdIn(event.req);
      const response = problemResponse(error, requestId);
      if (response.status >= 500) log.error("A request failed", { error: error.cause, request_id: requestId });
      logRequest(log, response.status, event);
      return response;
    },
  });
  addRoutes(app, routes, services);
  return app;
}

/** Adds the paths of the routes, each with HEAD, OPTIONS and a refusal of every method that it does not take. */
function addRoutes(app: H3, routes: readonly Route[], services: RouterServices): void {
  const paths = new Map<string, Map<string, EventHandler>>();
  for (const route of routes) {
    const { method } = route;
    const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
    const handlers = paths.get(path) ?? new Map<string, EventHandler>();
    paths.set(path, handlers);
    const handler = handlerOf(route, services);
    handlers.set(method, handler);
    if (method === "GET") handlers.set("HEAD", handler);
  }
  for (const [path, handlers] of paths) {
    const allow = ["OPTIONS", ...handlers.keys()].join(", ");
    handlers.set("OPTIONS", (event) => respond(services.log, event, { status: 204, headers: { allow } }));
    // One entry for each path: the router makes its entries in INIT, and takes longer over them than a map.
    app.all(path, (event) => {
      const handler = handlers.get(event.req.method);
      if (!handler) throw new MethodNotAllowed(allow);
      return handler(event);
    });
  }
}

/** Authenticates the caller first: nothing is read of a request whose caller may not ask for the route's action. */
function handlerOf({ action, serve }: Route, { authenticator, log }: RouterServices): EventHandler {
  if (action === "none") return async (event) => respond(log, event, await serve(event, undefined));
  return async (event) => {
    const caller = await authenticator.authenticate(headerIn(event.req, "authorization"));
    admit(caller, action);
    return respond(log, event, await serve(event, caller));
  };
}

function respond(log: Log, event: H3Event, result: Result): HTTPResponse {
  const response = responseTo(event.req, result);
  logRequest(log, response.status ?? 200, event);
  return response;
}

/**
 * Logs one line for a request. Health checks have none, because they are many and say nothing. The path and the query
 * are left out, because they are the client's business.
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
    request_id: requestIdIn(event.req),
  });
}

declare module "h3" {
  interface H3EventContext {
    /** The time by `performance.now()` at which the request came. */
    startedAt?: number;
  }
}
