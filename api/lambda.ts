import { createLog } from "../domain/runtime/logging";
import { readVariables } from "../domain/runtime/variables";
import { version } from "../package.json";
import { refuseEmulator } from "./authentication/emulator";
import { urlHandler } from "./event-adapter";
import { createPlatform } from "./platform";
import { variables } from "./variables";

// Everything a request needs is loaded and made here, in INIT: see docs/decisions/cold-start.md.
refuseEmulator();
const environment = readVariables(variables);
const log = createLog("api", environment);
const about = {
  environment: environment.APP_ENVIRONMENT,
  websocketEndpoint: environment.WEBSOCKET_URL,
  broadcastEndpoint: environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT,
  version,
};
const app = createPlatform({ about, log, now: () => new Date() }, environment);

/** Serves the REST API. Called by the function URL. */
export const handler = urlHandler(() => app, log);
