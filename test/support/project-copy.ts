import fs from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "../..");
const left = new Set([".git", "docs", "test", "node_modules", ".terrace", "coverage"]);

/** Copies the project as it is built, with its dates, so that the copy is up to date, too. It shares node_modules. */
export function copyProject(to: string): void {
  for (const entry of fs.readdirSync(root))
    if (!left.has(entry))
      fs.cpSync(path.join(root, entry), path.join(to, entry), { recursive: true, preserveTimestamps: true });
  fs.symlinkSync(path.join(root, "node_modules"), path.join(to, "node_modules"));
}
