import { jest } from "@jest/globals";

/** Keeps what is printed from the terminal; the lines that were, each of them JSON. */
export function capturePrinted(): { lines(): Record<string, unknown>[]; clear(): void } {
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, "write").mockReturnValue(true));
  return {
    lines: () => spies.flatMap((spy) => spy.mock.calls.map(([text]) => JSON.parse(String(text)))),
    clear() {
      for (const spy of spies) spy.mockClear();
    },
  };
}
