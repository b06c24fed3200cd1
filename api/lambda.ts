import { createHandler } from "./handler";

/**
 * Serves the REST API. The function URL calls it. Everything that a request needs is loaded and made here, in INIT: see
 * docs/decisions/cold-start.md.
 */
export const handler = await createHandler();
