import type { Environment } from "../../environments/environment";
import type { Access } from "./access";

/** Tells a function where it runs and how much to log, which every function reads. */
export function settings(environment: Pick<Environment, "name" | "logLevel">): Access<"APP_ENVIRONMENT" | "LOG_LEVEL"> {
  return { variables: { APP_ENVIRONMENT: environment.name, LOG_LEVEL: environment.logLevel }, statements: [] };
}
