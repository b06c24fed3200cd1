import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { type TarEntry, tar } from "../../image/tar";

const deep = `${"folder/".repeat(20)}file.txt`;
const entries: readonly TarEntry[] = [
  { name: "var", mode: 0o755, bytes: undefined },
  { name: "var/task.txt", mode: 0o640, bytes: Buffer.from("hello") },
  { name: "var/empty", mode: 0o755, bytes: new Uint8Array() },
  { name: "var/block", mode: 0o755, bytes: new Uint8Array(512).fill(65) },
  { name: deep, mode: 0o644, bytes: Buffer.from("deep") },
];
const read = (...options: readonly string[]) =>
  execFileSync("tar", [...options, "-f", "-"], { input: tar(entries), env: { TZ: "UTC", PATH: process.env.PATH } });

test("tar lists what was put in, with its mode, root as the owner and one date", () => {
  expect(read("-tv").toString().trim().replaceAll(/ +/g, " ").split("\n")).toEqual([
    "drwxr-xr-x 0/0 0 1980-01-01 00:00 var/",
    "-rw-r----- 0/0 5 1980-01-01 00:00 var/task.txt",
    "-rwxr-xr-x 0/0 0 1980-01-01 00:00 var/empty",
    "-rwxr-xr-x 0/0 512 1980-01-01 00:00 var/block",
    `-rw-r--r-- 0/0 4 1980-01-01 00:00 ${deep}`,
  ]);
});

test.each(["var/task.txt", "var/empty", "var/block", deep])("tar reads the content of %s", (name) => {
  const { bytes = new Uint8Array() } = entries.find((entry) => entry.name === name) ?? {};
  const content = execFileSync("tar", ["-xO", "-f", "-", name], { input: tar(entries) });
  expect(content.equals(bytes)).toBe(true);
});

test("refuses a path that the format cannot hold", () => {
  const name = "x".repeat(101);
  expect(() => tar([{ name, mode: 0o644, bytes: new Uint8Array() }])).toThrow(
    `The path ${name} is too long for an image's layer: shorten it.`,
  );
});
