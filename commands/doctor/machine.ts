import fs from "node:fs";
import path from "node:path";
import { PROVIDER_LOCK } from "../../environments/project";
import { LOCK_FILE, readBaseLock } from "../../image/base-lock";
import { dockerVersion, type Output, outputOf } from "../image/docker";
import { type Diagnosis, fine, isAtLeast, unknown, warning, wrong } from "./diagnosis";

/** What is asked of the machine. */
export interface Machine {
  /** The project's folder. */
  readonly root: string;
  /** Without the `v`. */
  readonly nodeVersion: string;
  readonly output: Output;
}

/** Returns the machine that this runs on. */
export function thisMachine(root: string): Machine {
  return { root, nodeVersion: process.versions.node, output: outputOf };
}

/** Looks at the programs and files that every deployment takes. */
export function diagnoseMachine(machine: Machine): readonly Diagnosis[] {
  return [node(machine), terraform(machine), providers(machine), image(machine)];
}

/** As in package.json's `engines`. */
const OLDEST_NODE = "20.19.0";
/** The SDK asks for it from January 2027 on, and CDK Terrain's command line does already. */
const COMING_NODE = "22.19.0";

function node({ nodeVersion }: Machine): Diagnosis {
  const remedy = "install Node.js 24: https://nodejs.org";
  if (!isAtLeast(nodeVersion, OLDEST_NODE)) return wrong("Node.js", `is ${nodeVersion}, below ${OLDEST_NODE}`, remedy);
  if (!isAtLeast(nodeVersion, COMING_NODE))
    return warning("Node.js", `is ${nodeVersion}, which AWS's SDK takes until the end of 2026`, remedy);
  return fine("Node.js", `is ${nodeVersion}`);
}

/** The first whose S3 backend locks by itself. */
const OLDEST_TERRAFORM = "1.11.0";

function terraform({ output }: Machine): Diagnosis {
  const program = process.env.TERRAFORM_BINARY_NAME || "terraform";
  const remedy = "install Terraform 1.11 or later: https://developer.hashicorp.com/terraform/install";
  const printed = output(program, ["version", "-json"]);
  const version = printed === undefined ? undefined : versionIn(printed);
  if (version === undefined) return wrong("Terraform", `cannot be run as ${program}`, remedy);
  if (!isAtLeast(version, OLDEST_TERRAFORM)) return wrong("Terraform", `is ${version}, below 1.11`, remedy);
  return fine("Terraform", `is ${version}`);
}

function versionIn(printed: string): string | undefined {
  return /"terraform_version":\s*"([^"]+)"/.exec(printed)?.[1];
}

/** A stack has these providers and no others. */
const PROVIDERS = ["hashicorp/aws", "kreuzwerker/docker"];

function providers({ root }: Machine): Diagnosis {
  const file = path.join(root, PROVIDER_LOCK);
  const remedy = "run `npx terrace lock` where Terraform reaches its registry, and commit the file";
  if (!fs.existsSync(file))
    return warning(
      "providers",
      `are not locked: Terraform trusts what it downloads (${PROVIDER_LOCK} is absent)`,
      remedy,
    );
  const text = fs.readFileSync(file, "utf8");
  const missing = PROVIDERS.filter((name) => !text.includes(`provider "registry.terraform.io/${name}"`));
  if (missing.length > 0) return wrong("providers", `are locked but for ${missing.join(" and ")}`, remedy);
  return fine("providers", `are locked in ${PROVIDER_LOCK}`);
}

/** The image is assembled from a locked base or built by Docker; where neither can be, on a base that is fetched for it. */
function image({ root, output }: Machine): Diagnosis {
  try {
    if (readBaseLock(root)) return fine("image base", `is locked in ${LOCK_FILE}: the image needs no Docker`);
  } catch (error) {
    return wrong("image base", `is locked wrongly: ${error instanceof Error ? error.message : error}`, "see above");
  }
  const docker = dockerVersion(output);
  if (docker) return fine("image", `is built by Docker ${docker}`);
  return unknown(
    "image",
    "is assembled where no repository has it, on a base that is fetched for it: no Docker answers",
    "start Docker, or run `npx terrace image lock` once and commit the file, and nothing depends on the moment",
  );
}
