import { staging } from "../../environments/staging";
import { type ValidateOptions, validate } from "../../environments/validate";

/** What validation says about these environments, one line for each problem. */
export function lines(environments: unknown, options?: ValidateOptions): string[] {
  return validate(environments, options).map(({ path, value, message }) => `${path}: ${value} ${message}`);
}

/** What it says about staging with some fields replaced. */
export function said(change: Record<string, unknown>): string[] {
  return lines([{ ...staging, ...change }]);
}
