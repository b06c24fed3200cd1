import fs from "node:fs";
import path from "node:path";
import type { App } from "cdktf";
import { PROVIDER_LOCK } from "../../environments/project";

/**
 * Puts the committed lock file beside every synthesized stack, so that Terraform installs exactly these providers, and
 * no others under their names. A stack gets the part of the providers that it has, since Terraform takes out what a stack
 * does not need, and refuses to when it may only read the file. Without a committed file nothing is put.
 */
export function placeProviderLock(app: App, root: string): void {
  const file = path.join(root, PROVIDER_LOCK);
  if (!fs.existsSync(file)) return;
  const blocks = fs.readFileSync(file, "utf8").split(/^(?=provider ")/m);
  const stacks = path.join(app.outdir, "stacks");
  for (const stack of fs.readdirSync(stacks)) {
    const definition = JSON.parse(fs.readFileSync(path.join(stacks, stack, "cdk.tf.json"), "utf8"));
    const sources = Object.values<{ readonly source: string }>(definition.terraform.required_providers).map(addressOf);
    const own = blocks.filter((block) => sources.some((source) => block.startsWith(`provider "${source}"`)));
    fs.writeFileSync(path.join(stacks, stack, ".terraform.lock.hcl"), own.join(""));
  }
}

/** Terraform's full address of a provider: `aws` is short for `registry.terraform.io/hashicorp/aws`. */
function addressOf({ source }: { readonly source: string }): string {
  const parts = source.split("/");
  return ["registry.terraform.io", "hashicorp"]
    .slice(0, 3 - parts.length)
    .concat(parts)
    .join("/");
}
