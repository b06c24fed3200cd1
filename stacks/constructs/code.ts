import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { LambdaFunctionConfig } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import type { Runtime } from "../../environments/environment";

/** What was built before synthesis. */
export interface Artifacts {
  /** Absolute path of the folder that holds `functions/<bundle>/<bundle>.zip` and `api/`. */
  readonly folder: string;
  /** `sha256:…` of an image that is already in the environment's repository; undefined to build it with Docker. */
  readonly imageDigest: string | undefined;
}

/** The part of a function's definition that says what it runs. */
export type Code = Pick<
  LambdaFunctionConfig,
  "packageType" | "filename" | "sourceCodeHash" | "handler" | "runtime" | "imageUri"
>;

/** Makes a bundle deployable: `scope` is the function that runs it. */
export type CodeSource = (scope: Construct, bundle: string) => Code;

/**
 * Bundles as zip files, finished before synthesis: the asset only carries the file, because the zips that CDKTF makes
 * itself differ from machine to machine. Throws if the bundle was not built.
 */
export function zip(artifacts: Artifacts, runtime: Runtime): CodeSource {
  return (scope, bundle) => {
    const file = path.join(artifacts.folder, "functions", bundle, `${bundle}.zip`);
    requireBuilt(file);
    const asset = new TerraformAsset(scope, "zip", { path: file, type: AssetType.FILE });
    return {
      packageType: "Zip",
      filename: asset.path,
      sourceCodeHash: createHash("sha256").update(fs.readFileSync(file)).digest("base64"),
      handler: "index.handler",
      runtime,
    };
  };
}

/** Throws, with the remedy, if a built file or folder is not there. */
export function requireBuilt(file: string): void {
  if (!fs.existsSync(file))
    throw new Error(`${path.relative(process.cwd(), file)} is missing: run \`node build.mjs\`.`);
}
