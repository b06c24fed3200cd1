/** Walks through the guides of docs/adding/ in a copy of the sources: they say what the compiler says, and then work. */
import fs from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { apply, blocksOf, compile, copySources, difference } from "../support/walk";

/** Each guide goes on where the one before it ended, so that the compiler starts anew only once. */
let copy: string;
beforeAll(() => {
  copy = copySources();
});
afterAll(() => fs.rmSync(copy, { recursive: true }));

test.each(["table", "route", "function", "environment"])(
  "the compiler names exactly what docs/adding/%s.md says is left to do",
  (guide) => {
    for (const block of blocksOf(guide))
      if (block.title === "errors") expect(difference(block.text, compile(copy))).toEqual([]);
      else apply(copy, block);
  },
);

test("the compiler finds nothing wrong once all guides are followed", () => {
  expect(compile(copy)).toEqual([]);
});
