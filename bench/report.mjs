/** Prints a measurement beside its bound. @param {string} what @param {number} measured @param {number} bound @param {string} unit */
export function row(what, measured, bound, unit) {
  const verdict = measured <= bound ? "within" : "OVER";
  console.log(
    `${what.padEnd(58)} ${measured.toFixed(2).padStart(8)} ${unit.padEnd(3)} bound ${Number(bound.toFixed(2))} ${verdict}`,
  );
}
