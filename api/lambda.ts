import { createHandler } from "./platform";

/**
 * Serves the REST API. Called by the function URL. Everything that a request needs is loaded and made here, in INIT: see
 * docs/decisions/cold-start.md.
 */
export const handler = await createHandler();
