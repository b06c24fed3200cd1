import { createLog } from "../runtime/log";
import { readVariables } from "../runtime/variables";
import { urlHandler } from "./http/adapter";
import { createRouter } from "./http/router";
import { routesOf } from "./routes";
import { createServices } from "./services";
import { name, variables } from "./variables";

// All of this runs in Lambda's INIT, which has a full CPU at any memory size: see docs/decisions/cold-start.md.
const environment = readVariables(variables);
const log = createLog(name, environment);
const services = createServices(environment, log);

/** Serves the REST API. The function URL calls it. */
export const handler = urlHandler(createRouter(routesOf(services), services), log);
