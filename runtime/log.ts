import { Logger } from "@aws-lambda-powertools/logger";

/** The part of a logger that the product uses. Tests give one that records. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

/**
 * Creates the logger of one function, which writes JSON lines at the level that its environment asks for.
 *
 * It keeps nothing that belongs to one request, so that requests may overlap: each passes its own fields with each
 * line.
 */
export function createLog(
  service: string,
  variables: { readonly APP_ENVIRONMENT: string; readonly LOG_LEVEL: "DEBUG" | "INFO" | "WARN" | "ERROR" },
): Log {
  return new Logger({
    serviceName: service,
    logLevel: variables.LOG_LEVEL,
    persistentKeys: { environment: variables.APP_ENVIRONMENT },
  });
}
