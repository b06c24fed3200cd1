import type { Environment } from "../../environments/environment";
import type { Access } from "./access";

/** Tells the function that lets connections in whom the environment lets in. */
export function door({
  cors,
  websocket,
}: Pick<Environment, "cors" | "websocket">): Access<
  "WEBSOCKET_ORIGINS" | "WEBSOCKET_WITHOUT_ORIGIN" | "WEBSOCKET_ANONYMOUS"
> {
  return {
    variables: {
      WEBSOCKET_ORIGINS: JSON.stringify(cors.allowedOrigins),
      WEBSOCKET_WITHOUT_ORIGIN: websocket.withoutOrigin,
      WEBSOCKET_ANONYMOUS: websocket.anonymous ? "on" : "off",
    },
    statements: [],
  };
}
