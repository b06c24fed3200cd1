import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const folders = new Set<string>();

/**
 * Returns the path for a plan, in a folder that nobody else may read, because a plan holds the whole state, and that no
 * other command in the same clone writes to: it would have this one apply something else. It is gone when the process ends.
 */
export function newPlanFile(): string {
  if (folders.size === 0) process.once("exit", removePlanFiles);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-plan-"));
  folders.add(folder);
  return path.join(folder, "tfplan");
}

/** Removes the file of a plan, which is good for one apply. */
export function removePlanFile(file: string): void {
  const folder = path.dirname(file);
  fs.rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

function removePlanFiles(): void {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
}
