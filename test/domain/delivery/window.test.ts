import { describe, expect, test } from "@jest/globals";
import { createWindow, MOST, START } from "../../../domain/delivery/window";

/** Lets a window see answers of which one in so many fails. */
function limitAfter(answers: number, failing: number, window = createWindow()): number {
  for (let n = 1; n <= answers; n++) window.answered(n % failing === 0);
  return window.limit;
}

describe("the window", () => {
  test("grows slowly while answers are well, up to a bound", () => {
    expect(limitAfter(START, Number.POSITIVE_INFINITY)).toBe(START + 4);
    expect(limitAfter(100_000, Number.POSITIVE_INFINITY)).toBe(MOST);
  });

  test("shrinks by a quarter for each round with too many failures, and leaves a few places", () => {
    expect(limitAfter(START, 2)).toBe(48);
    expect(limitAfter(100_000, 2)).toBe(4);
  });

  test("grows in spite of one failure in a hundred, which slow clients alone cause", () => {
    expect(limitAfter(100_000, 100)).toBe(MOST);
  });

  test("settles where a gateway with a limit fails one in twenty", () => {
    const window = createWindow();
    const limits: number[] = [];
    // The gateway takes 100 at once and throttles what is above.
    for (let round = 0; round < 200; round++) {
      const { limit } = window;
      limits.push(limit);
      for (let n = 0; n < limit; n++) window.answered(n >= 100);
    }
    expect(Math.min(...limits.slice(20))).toBeGreaterThan(70);
    expect(Math.max(...limits.slice(20))).toBeLessThan(115);
  });
});
