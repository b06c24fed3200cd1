/** Knowledge of the runtimes that Lambda offers. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */

/** The Node.js runtimes that Lambda still creates functions with. */
export const RUNTIMES = ["nodejs24.x", "nodejs22.x"] as const;

/** The days on which Lambda stops patching them; some months later it refuses to create and then to update functions. */
export const RUNTIME_ENDS: Readonly<Record<(typeof RUNTIMES)[number], string>> = {
  "nodejs24.x": "2028-04-30",
  "nodejs22.x": "2027-04-30",
};

/** The dates on which Lambda retired runtimes; see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated */
const RETIRED_RUNTIMES = new Map<unknown, string>([
  ["nodejs20.x", "30 April 2026"],
  ["nodejs18.x", "1 September 2025"],
  ["nodejs16.x", "12 June 2024"],
  ["nodejs14.x", "4 December 2023"],
  ["nodejs12.x", "31 March 2023"],
  ["nodejs10.x", "30 July 2021"],
]);

/** Returns what is wrong with a runtime that Lambda retired. */
export function retired(runtime: unknown): string | undefined {
  const date = RETIRED_RUNTIMES.get(runtime);
  return date && `was retired by Lambda on ${date}; write "${RUNTIMES[0]}"`;
}
