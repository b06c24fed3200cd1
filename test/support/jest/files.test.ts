import { createRequire } from "node:module";
import path from "node:path";
import { expect, it } from "@jest/globals";

const { Files }: { readonly Files: typeof Map<string, string> } = createRequire(__filename)("./files.cjs");

const ofPackage = path.resolve("node_modules/zod/index.cjs");
const source = path.resolve("main.ts");

it("has the packages' modules that another test file has read, and has none of its other files", () => {
  const [first, second] = [new Files(), new Files()];
  for (const file of [ofPackage, source]) first.set(file, "text");
  expect([ofPackage, source].map((file) => first.get(file))).toEqual(["text", "text"]);
  expect([ofPackage, source].map((file) => second.get(file))).toEqual(["text", undefined]);
});

it("forgets what modules are reset for, but not the packages", () => {
  const files = new Files([[source, "text"]]);
  files.set(ofPackage, "text");
  files.clear();
  expect([ofPackage, source].map((file) => files.get(file))).toEqual(["text", undefined]);
});
