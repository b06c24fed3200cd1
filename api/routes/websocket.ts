import { issueTicket, ticket } from "../../domain/admission/tickets";
import { connectionCount } from "../../domain/realtime/connection-count";
import { type Route, route } from "../http/route";
import type { Services } from "../services";

export function websocketRoutes(services: Services): Route[] {
  return [
    route({
      name: "countConnections",
      method: "GET",
      path: "/api/v1/websocket/connections",
      summary: "Count the open WebSocket connections",
      description: "The count may be half a minute old.",
      action: "count connections",
      responses: { 200: { description: "How many there were, and when.", body: connectionCount } },
      handle: async ({ caller }) => ({ body: await services.countConnections(caller) }),
    }),
    route({
      name: "issueTicket",
      method: "POST",
      path: "/api/v1/websocket/tickets",
      summary: "Take a ticket to open one WebSocket connection with",
      description: "It is for one user's use, and each user may take some a minute.",
      action: "take tickets",
      bounded: true,
      responses: { 201: { description: "The ticket, which is good for a minute.", body: ticket } },
      handle: async ({ caller }) => ({ status: 201, body: await issueTicket(services, caller) }),
    }),
  ];
}
