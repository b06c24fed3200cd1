import { Logger } from "@aws-lambda-powertools/logger";

/** What the domain needs of a logger. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

/**
 * The logger of one function: JSON lines, at the level its environment asks for.
 *
 * Nothing that belongs to one request is kept in it, so that requests may overlap: they pass what is theirs with
 * each line.
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
