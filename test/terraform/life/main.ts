/** Sets the stage for the life of environments, and tells it; see life.mjs. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Buildah } from "../../support/doubles/registry/buildah";
import { startDockerRegistry } from "../../support/doubles/registry/docker-registry";
import { startAccount } from "../../support/doubles/servers/account/account";
import { pushBases } from "./base";
import { Clone } from "./clone";
import { placeDocker, serveDocker } from "./docker";
import { everyDay, prepare, switchWays } from "./every-day";
import { deployElsewhere, destroyAndRestore } from "./last-days";
import { applyReviewed } from "./reviewed-plan";
import { ELSEWHERE, HERE, Teller } from "./teller";

const ACCOUNT = "123456789012";

async function main(): Promise<void> {
  const root = process.cwd();
  const offline = path.resolve(root, process.env.TERRAFORM_OFFLINE ?? "../shared/terraform-offline");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-life-"));
  const registry = await startDockerRegistry();
  const account = await startAccount(ACCOUNT, registry.url);
  const buildah = new Buildah();
  const built: string[] = [];
  const stacks = path.join(folder, "clone/cdktf.out/stacks");
  try {
    const docker = await serveDocker({
      offline,
      registry: new URL(registry.url).host,
      workingFolders: () => fs.readdirSync(stacks).map((stack) => path.join(stacks, stack)),
      buildah: (...words) => buildah.run(...words),
      onPush: (digest) => built.push(digest),
    });
    const programs = path.join(folder, "bin");
    placeDocker(programs);
    const attached: object = JSON.parse(process.env.TF_REATTACH_PROVIDERS ?? "{}");
    const clone = Clone.make(root, path.join(folder, "clone"), {
      ...process.env,
      PATH: `${programs}${path.delimiter}${process.env.PATH}`,
      TF_REATTACH_PROVIDERS: JSON.stringify({ ...attached, ...docker }),
      TERRACE_ACCOUNT_ID: ACCOUNT,
      AWS_ENDPOINT_URL: account.url,
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "a-secret-of-this-run",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    clone.edit("image/bases.ts", await pushBases(registry.url));
    // Nobody waits for functions that were never called.
    for (const name of ["staging", "development"])
      clone.edit(`environments/${name}.ts`, (code) =>
        code.replaceAll(/timeoutSeconds: (15|29|60)/g, "timeoutSeconds: 1"),
      );
    clone.edit("environments/development.ts", (code) => code.replace(HERE, ELSEWHERE));
    clone.commit("what this run needs");
    const teller = new Teller({ clone, account, built });
    for (const chapter of [prepare, everyDay, switchWays, applyReviewed, deployElsewhere, destroyAndRestore])
      await chapter(teller);
  } finally {
    await account.stop();
    await registry.stop();
    buildah.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
