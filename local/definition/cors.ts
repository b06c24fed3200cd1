import type { Block } from "./block";
import type { CorsRules } from "./model";

/** Reads the CORS rules of a Function URL or an HTTP API. */
export function readCors(block: Block): CorsRules {
  return {
    origins: block.texts("allow_origins"),
    methods: block.texts("allow_methods"),
    allowHeaders: block.texts("allow_headers"),
    exposeHeaders: block.texts("expose_headers"),
    credentials: block.flag("allow_credentials", false),
    maxAge: block.has("max_age") ? block.number("max_age") : undefined,
  };
}
