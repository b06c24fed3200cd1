/** The module as a page loads it: one small file that needs nothing but a browser. */
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";

const root = path.join(__dirname, "../..");
const file = path.join(root, "dist/client/terrace.js");

test("the module has less than five thousand bytes when it is gzipped", () => {
  expect(gzipSync(fs.readFileSync(file), { level: 9 }).byteLength).toBeLessThan(5_000);
});

test("the module is an ES module of our own code alone", () => {
  const meta = JSON.parse(fs.readFileSync(path.join(root, "dist/meta/client.json"), "utf8"));
  expect(Object.keys(meta.inputs).filter((input) => !/^client\/\w+\.ts$/.test(input))).toEqual([]);
  expect(meta.outputs["dist/client/terrace.js"]).toMatchObject({ imports: [], exports: ["listen"] });
});
