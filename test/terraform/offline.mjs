#!/usr/bin/env node
// A terraform for stand-in providers: gives the stack in this folder a local state, drops what is newer than the
// schemas the stand-in has, and runs the real terraform. For the CDKTF CLI: TERRAFORM_BINARY_NAME=<this file>.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Arguments since provider 6.28, by resource type; the stand-in's schemas are those of 6.25. */
const NEWER = { aws_lambda_permission: ["invoked_via_function_url"] };

/** Makes a synthesized stack ready for stand-in providers. @param {string} folder */
export function takeOffline(folder) {
  const file = path.join(folder, "cdk.tf.json");
  if (!fs.existsSync(file)) return;
  const stack = JSON.parse(fs.readFileSync(file, "utf8"));
  for (const [type, names] of Object.entries(NEWER))
    for (const resource of Object.values(stack.resource?.[type] ?? {})) for (const name of names) delete resource[name];
  fs.writeFileSync(file, JSON.stringify(stack, null, 2));
  fs.writeFileSync(path.join(folder, "offline_override.tf.json"), '{"terraform":{"backend":{"local":{}}}}');
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  takeOffline(process.cwd());
  const { status, error } = spawnSync("terraform", process.argv.slice(2), { stdio: "inherit" });
  if (error) console.error(`terraform cannot be run: ${error.message}`);
  process.exit(status ?? 1);
}
