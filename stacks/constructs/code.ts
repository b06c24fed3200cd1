import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { LambdaFunctionConfig } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import type { Runtime } from "../../environments/environment";
import type { LockedBases } from "../../image/base-lock";

/** The output of the build, which ran before synthesis. */
export interface Artifacts {
  /** Absolute path of the folder that holds `functions/<bundle>/<bundle>.zip` and `api/`. */
  readonly folder: string;
  /** `sha256:…` of an image that is already in the environment's repository; undefined to make it from the sources. */
  readonly imageDigest: string | undefined;
  /** The base images to assemble the image from; undefined to build it with Docker. */
  readonly lockedBases?: LockedBases | undefined;
}

/** The arguments of a function that decide which code it runs. */
export type Code = Pick<
  LambdaFunctionConfig,
  "packageType" | "filename" | "sourceCodeHash" | "handler" | "runtime" | "imageUri"
>;

/** Makes a bundle deployable. The scope is the function that runs it. */
export type CodeSource = (scope: Construct, bundle: string) => Code;

/**
 * Deploys bundles as the zip files that the build made. The asset only carries the file, because the zips that CDKTF
 * makes itself differ from machine to machine.
 *
 * @throws Error if the bundle was not built.
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

/**
 * Makes sure that the build made a file.
 *
 * @throws Error with the remedy if the file is not there.
 */
export function requireBuilt(file: string): void {
  if (!fs.existsSync(file))
    throw new Error(`${path.relative(process.cwd(), file)} is missing: run \`node build.mjs\`.`);
}
