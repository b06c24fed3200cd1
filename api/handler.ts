import { createLog } from "../runtime/log";
import { readVariables } from "../runtime/variables";
import { urlHandler } from "./http/adapter";
import { createRouter } from "./http/router";
import { routesOf } from "./routes";
import { createServices } from "./services";
import { name, variables } from "./variables";
import { warmUp } from "./warm-up";

/** The id of no post (https://www.rfc-editor.org/rfc/rfc9562#section-5.9). */
const NIL = "00000000-0000-0000-0000-000000000000";

/** The least that a function URL's request has. Health checks are not logged. */
const healthCheck = { rawPath: "/health", requestContext: { requestId: "init", http: { method: "GET" } } };

/**
 * Makes the handler of the whole API from the environment variables, and warms it and its services up.
 *
 * @throws Error for variables that are missing or wrong, all of them at once, and for the Firebase emulator's
 */
export async function createHandler(): Promise<ReturnType<typeof urlHandler>> {
  const environment = readVariables(variables);
  const log = createLog(name, environment);
  const services = createServices(environment, log);
  const { posts, cursors } = services;
  const noList = { route: "none", caller: undefined, filter: {} };
  const handler = urlHandler(createRouter(routesOf(services), services), log);
  const calls = {
    DynamoDB: () => posts.get(NIL),
    KMS: () => cursors.encode(noList, {}),
    API: () => handler(healthCheck),
  };
  await warmUp(calls, log);
  return handler;
}
