import type { Environment } from "../../environments/environment";
import type { Access } from "./access";

/** What every function is told about where it runs. */
export function settings(environment: Pick<Environment, "name" | "logLevel">): Access<"APP_ENVIRONMENT" | "LOG_LEVEL"> {
  return { variables: { APP_ENVIRONMENT: environment.name, LOG_LEVEL: environment.logLevel }, statements: [] };
}
