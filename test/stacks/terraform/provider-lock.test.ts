import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { App } from "cdktf";
import { ApplicationStack } from "../../../stacks/application-stack";
import { RepositoryStack } from "../../../stacks/repository-stack";
import { placeProviderLock } from "../../../stacks/terraform/provider-lock";
import { artifacts, environment } from "../../support/staging";

const block = (address: string) =>
  `provider "registry.terraform.io/${address}" {\n  version = "1.0.0"\n  hashes = [\n    "h1:abc=",\n  ]\n}\n\n`;
const HEADER = "# This file is maintained automatically\n\n";

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-lock-"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** Synthesizes an environment into the folder, and returns the lock file of a stack. */
function synthesize(): (stack: string) => string | undefined {
  const app = new App({ outdir: path.join(root, "cdktf.out") });
  new RepositoryStack(app, "staging-ecr", { environment });
  new ApplicationStack(app, "staging", { environment, artifacts });
  app.synth();
  placeProviderLock(app, root);
  return (stack) => {
    const file = path.join(app.outdir, "stacks", stack, ".terraform.lock.hcl");
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
  };
}

test("every stack gets the hashes of the providers that it has, and no others", () => {
  fs.mkdirSync(path.join(root, "stacks/terraform"), { recursive: true });
  const [aws, docker, other] = [block("hashicorp/aws"), block("kreuzwerker/docker"), block("hashicorp/null")];
  fs.writeFileSync(path.join(root, "stacks/terraform/providers.lock.hcl"), HEADER + aws + docker + other);
  const lock = synthesize();
  expect(lock("staging-ecr")).toBe(aws);
  expect(lock("staging")).toBe(aws + docker);
});

test("without a committed lock file there is none beside the stacks", () => {
  expect(synthesize()("staging")).toBeUndefined();
});
