import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** The Node.js that Lambda runs; the npm package of this name carries it. */
const NODE_24 = "node@24.21.0";
/** Where npm has put it is remembered beside the build: to ask npm takes a second each time. */
const remembered = path.resolve(__dirname, "../../dist", `${NODE_24}.txt`);

/** Returns the path of the Node.js that Lambda runs, which npm fetches the first time. */
export function node24(): string {
  const known = fs.existsSync(remembered) ? fs.readFileSync(remembered, "utf8") : "";
  if (known !== "" && fs.existsSync(known)) return known;
  const run = ["exec", "--yes", "--prefer-offline", `--package=${NODE_24}`, "--", "node", "-p", "process.execPath"];
  const found = execFileSync("npm", run, { encoding: "utf8" }).trim().split("\n").at(-1) ?? "";
  fs.writeFileSync(remembered, found);
  return found;
}
