// npm run life: the life of environments, typed as a new user types it, under the real Terraform.
//
// In a clone, every step is a `npx terrace …` of its own: an empty account is prepared, environments are deployed,
// changed, rolled back, exported, destroyed and restored, and the image's ways are switched. Terraform and its S3 backend
// are real, providers are stand-ins (TERRAFORM_OFFLINE names their folder), the registry of the image is
// Debian's docker-registry, and buildah builds for Docker's provider. AWS itself is played on one port of this machine.
// Where a program is missing it says "not run".
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../bench/program.mjs";
import { hasOffline, offline } from "./stacks.mjs";

/** Set for the process that runs with the stand-ins attached. */
const ATTACHED = "TERRACE_LIFE_ATTACHED";
const file = fileURLToPath(import.meta.url);

if (process.env[ATTACHED] === "1") {
  // It has said what failed.
  await runProgram("test/terraform/life/main.ts").catch(() => process.exit(1));
} else {
  const missing = ["terraform", "docker-registry", "buildah", "git"]
    .filter((program) => spawnSync(program, ["--version"]).error !== undefined)
    .map((program) => `${program} is not installed`);
  if (!hasOffline) missing.push("there are no stand-in providers");
  if (missing.length > 0) {
    console.log(`not run the life of environments: ${missing.join(", ")}`);
    process.exit(0);
  }
  const { status } = spawnSync(path.join(offline, "run"), ["--", process.execPath, file], {
    stdio: "inherit",
    env: {
      ...process.env,
      [ATTACHED]: "1",
      TERRAFORM_BINARY_NAME: path.join(path.dirname(file), "offline.mjs"),
      TERRACE_OFFLINE_STATE: "bucket",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  });
  process.exit(status ?? 1);
}
