/** Walks through the guides of docs/adding/ in copies of the sources: they say what the compiler says, and then work. */
import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { apply, blocksOf, compile, copySources, difference } from "../support/walk";

test.each(["table", "route", "function", "environment"])(
  "the compiler names exactly what docs/adding/%s.md says is left to do, and then nothing",
  (guide) => {
    const copy = copySources();
    for (const block of blocksOf(guide))
      if (block.title === "errors") expect(difference(block.text, compile(copy))).toEqual([]);
      else apply(copy, block);
    expect(compile(copy)).toEqual([]);
    fs.rmSync(copy, { recursive: true });
  },
);
