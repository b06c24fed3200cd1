import type { Route, Services } from "../route";

/** Says that the API answers, and where the rest is. It asks no other service: their outage is not its own. */
export function healthRoute({ about, now }: Services): Route {
  return {
    method: "GET",
    path: "/health",
    handler: () => ({
      status: "healthy",
      message: "API is running",
      environment: about.environment,
      websocket_endpoint: about.websocketEndpoint,
      broadcast_endpoint: about.broadcastEndpoint,
      version: about.version,
      timestamp: now().toISOString(),
    }),
  };
}
