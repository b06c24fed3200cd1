import { expect, test } from "@jest/globals";
import { readArguments } from "../../local/arguments";

test("--strict is an argument, and without it nothing is strict", () => {
  expect([readArguments(["--strict"]), readArguments([])]).toEqual([{ strict: true }, { strict: false }]);
});

test.each(["--stric", "strict", "--strict=yes", ""])("%j is refused, with what there is", (argument) => {
  expect(() => readArguments(["--strict", argument])).toThrow(
    `"${argument}" is no argument of npm start -- [arguments]. There is:\n  --strict  refuses a definition`,
  );
});
