import { describe } from "@jest/globals";

/** Describes tests that need something. Where it is missing they are skipped, and their name says so: "not run", and why. */
export function describeWhere(missing: readonly string[], name: string, tests: () => void): void {
  if (missing.length === 0) describe(name, tests);
  else describe.skip(`${name} (not run: ${missing.join(", ")})`, tests);
}
