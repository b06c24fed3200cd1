import type { CorsRules } from "../definition/model";
import type { HeaderList } from "./messages";

/** Returns the headers that let a page of `origin` read a response, or none if the origin is not allowed. */
export function corsHeaders(rules: CorsRules, origin: string | undefined): HeaderList {
  const allowed = allowedOrigin(rules, origin);
  if (allowed === undefined) return [];
  const headers = ["access-control-allow-origin", allowed];
  if (rules.credentials) headers.push("access-control-allow-credentials", "true");
  if (rules.exposeHeaders.length > 0) headers.push("access-control-expose-headers", rules.exposeHeaders.join(","));
  return headers;
}

/** Returns the headers that answer a preflight, or none if the origin is not allowed. */
export function preflightHeaders(rules: CorsRules, origin: string | undefined): HeaderList {
  const headers = corsHeaders(rules, origin);
  if (headers.length === 0) return headers;
  if (rules.methods.length > 0) headers.push("access-control-allow-methods", rules.methods.join(","));
  if (rules.allowHeaders.length > 0) headers.push("access-control-allow-headers", rules.allowHeaders.join(","));
  if (rules.maxAge !== undefined) headers.push("access-control-max-age", String(rules.maxAge));
  return headers;
}

function allowedOrigin({ origins, credentials }: CorsRules, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  // With credentials, AWS answers the caller's own origin for "*", since browsers would not accept the star.
  if (origins.includes("*")) return credentials ? origin : "*";
  return origins.includes(origin) ? origin : undefined;
}
