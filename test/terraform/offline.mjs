#!/usr/bin/env node
// A terraform for stand-in providers: gives the stack in this folder a local state, drops what the stand-in has no schema
// of, and runs the real terraform. For the CDKTF CLI and our commands: TERRAFORM_BINARY_NAME=<this file>. With
// TERRACE_OFFLINE_STATE=bucket the state stays in its bucket, which AWS_ENDPOINT_URL then has to have on this machine.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Types that the stand-in does not know; in their place stands what others read of them: their names, and ARNs. */
const UNKNOWN = ["aws_sqs_queue_redrive_allow_policy", "aws_scheduler_schedule_group"];

/** @param {{ resource?: Record<string, Record<string, Record<string, string>>> }} stack @returns {typeof stack} */
function withoutUnknown(stack) {
  let text = JSON.stringify(stack, (key, value) => (UNKNOWN.includes(key) ? undefined : value));
  for (const type of UNKNOWN)
    for (const [id, { name = id }] of Object.entries(stack.resource?.[type] ?? {}))
      text = text
        .replaceAll(`\${${type}.${id}.name}`, name)
        .replaceAll(`\${${type}.${id}.arn}`, `arn:aws:unknown:::${name}`);
  return JSON.parse(text);
}

/** Makes a synthesized stack ready for stand-in providers. @param {string} folder */
export function takeOffline(folder) {
  const file = path.join(folder, "cdk.tf.json");
  if (!fs.existsSync(file)) return;
  const stack = withoutUnknown(JSON.parse(fs.readFileSync(file, "utf8")));
  fs.writeFileSync(file, JSON.stringify(stack, null, 2));
  if (process.env.TERRACE_OFFLINE_STATE === "bucket") requireOwnBucket();
  else fs.writeFileSync(path.join(folder, "offline_override.tf.json"), '{"terraform":{"backend":{"local":{}}}}');
}

/** Makes sure that no made-up state gets into a bucket of AWS's. */
function requireOwnBucket() {
  const { AWS_ENDPOINT_URL: url = "" } = process.env;
  if (!/^http:\/\/127\.0\.0\.1:\d+\/?$/.test(url))
    throw new Error(
      `AWS_ENDPOINT_URL is "${url}": with TERRACE_OFFLINE_STATE=bucket it has to be http://127.0.0.1:<port>`,
    );
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  takeOffline(process.cwd());
  // Terraform gets them too, being of the same group, and ends by itself.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
  const child = spawn("terraform", process.argv.slice(2), { stdio: "inherit" });
  child.on("error", (error) => console.error(`terraform cannot be run: ${error.message}`));
  child.on("close", (status) => process.exit(status ?? 1));
}
