// Says what became of a verification, so that nothing that was not run can pass for something that was.

/** The exit codes of `npm run verify`. */
export const EXIT = { passed: 0, failed: 1, refused: 2, "not run": 3 };

/**
 * Sums up the results of the behaviours, as jest gives them.
 *
 * @param {string} environment
 * @param {readonly { readonly status: string }[]} results
 * @param {Readonly<Record<string, string>>} lacking the needs that were not met, each with the reason
 * @returns {{ readonly code: number, readonly lines: readonly string[] }} the exit code, and lines to print
 */
export function verdictOf(environment, results, lacking) {
  const passed = results.filter(({ status }) => status === "passed").length;
  const failed = results.filter(({ status }) => status === "failed").length;
  const notRun = results.length - passed - failed;
  const reasons = notRun > 0 ? Object.values(lacking).map((reason) => `not run: ${reason}`) : [];
  const lines = [`${environment}: ${passed} passed, ${failed} failed, ${notRun} not run`, ...reasons];
  if (failed > 0) return { code: EXIT.failed, lines };
  return { code: notRun > 0 || passed === 0 ? EXIT["not run"] : EXIT.passed, lines };
}
