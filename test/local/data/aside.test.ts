import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { writeAside } from "../../../local/data/aside";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-aside-"));
  file = path.join(folder, "file");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test("a file that is written aside is there as a whole", async () => {
  await writeAside(file, (into) => pipeline(Readable.from(["one", "two"]), into));
  expect(fs.readdirSync(folder)).toEqual(["file"]);
  expect(fs.readFileSync(file, "utf8")).toBe("onetwo");
});

test.each([
  ["at once", async () => Promise.reject(new Error("lost"))],
  [
    "after a part",
    (into: fs.WriteStream) =>
      pipeline(async function* () {
        yield "one";
        throw new Error("lost");
      }, into),
  ],
  [
    "at its end",
    (into: fs.WriteStream) => pipeline(Readable.from(["one"]), into).then(() => Promise.reject(new Error("lost"))),
  ],
])("nothing is left of one that fails %s, then or later", async (_, write) => {
  await expect(writeAside(file, write)).rejects.toThrow("lost");
  // Whatever the file system was still asked to do is done before these.
  for (let turn = 0; turn < 3; turn++) await fs.promises.readdir(folder);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test("a file that cannot be made is an error of the file system's", async () => {
  await expect(writeAside(path.join(folder, "none", "file"), async () => undefined)).rejects.toThrow("ENOENT");
});
