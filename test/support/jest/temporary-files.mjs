// Where the tests make their files. They make and remove thousands of small ones, which a disk's file system writes a
// journal of: in memory that takes a tenth of the time.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** More than all of them together. */
const ENOUGH_BYTES = 1024 ** 3;

/** Linux's file system in memory; undefined where there is none, too little of it, or no program could run from it. */
function inMemory() {
  const folder = "/dev/shm";
  if (process.platform !== "linux" || !fs.existsSync(folder)) return undefined;
  const isFit = /^\S+ \/dev\/shm tmpfs (?!\S*(noexec|\bro\b))/m.test(fs.readFileSync("/proc/mounts", "utf8"));
  const { bavail, bsize } = fs.statfsSync(folder);
  return isFit && bavail * bsize > ENOUGH_BYTES ? folder : undefined;
}

const place = inMemory() ?? os.tmpdir();
let folder = "";

/** Gives this run of the tests, with all of its processes, a folder for its temporary files. */
export function makeTemporaryFolder() {
  folder = fs.mkdtempSync(path.join(place, "terrace-tests-"));
  process.env.TMPDIR = folder;
}

/** Jest's global teardown: removes it, with whatever processes left behind that were killed. */
export default function removeTemporaryFolder() {
  fs.rmSync(folder, { recursive: true, force: true });
}
