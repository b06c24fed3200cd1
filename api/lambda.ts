import type { H3 } from "h3";
import { version } from "../package.json";
import { createLog } from "../runtime/log";
import { readVariables } from "../runtime/variables";
import { refuseEmulator } from "./authentication/emulator";
import { urlHandler } from "./http/adapter";
import { serveRoutes } from "./http/serving";
import type { Shell } from "./platform";
import { healthRoutes } from "./routes/health";
import { name, variables } from "./variables";

refuseEmulator();
const environment = readVariables(variables);
const log = createLog(name, environment);
const shell: Shell = {
  about: {
    environment: environment.APP_ENVIRONMENT,
    websocketEndpoint: environment.WEBSOCKET_URL,
    broadcastEndpoint: environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT,
    version,
  },
  log,
  now: () => new Date(),
};

/**
 * What says that the API is there looks at no token and is answered before the rest is loaded:
 * see docs/decisions/cold-start.md.
 */
const healthPaths = new Set(["/", "/health"]);
const health = serveRoutes(healthRoutes(shell), { log, authenticator: { authenticate: async () => undefined } });

let loading: Promise<H3> | undefined;
/** Loaded with the first request for it. A load that fails is tried again with the next. */
function platform(): Promise<H3> {
  loading ??= import("./platform")
    .then(({ createPlatform }) => createPlatform(shell, environment))
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

/** Serves the REST API. Called by the function URL. */
export const handler = urlHandler(
  (request) => (healthPaths.has(new URL(request.url).pathname) ? health : platform()),
  log,
);
