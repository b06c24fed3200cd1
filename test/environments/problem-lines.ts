import { staging } from "../../environments/staging";
import { validate } from "../../environments/validate";

/** Returns a line for each problem that validation finds in these environments. */
export function problemLines(environments: unknown): string[] {
  return validate(environments).map(({ path, value, message }) => `${path}: ${value} ${message}`);
}

/** Returns a line for each problem of staging with some fields replaced. */
export function stagingProblems(change: Record<string, unknown>): string[] {
  return problemLines([{ ...staging, ...change }]);
}
