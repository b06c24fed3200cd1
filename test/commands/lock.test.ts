import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { EXIT } from "../../commands/errors/exit-codes";
import { addLockCommand } from "../../commands/lock";
import { makeClone, type TestClone } from "../support/doubles/clones/clone";
import { FakeHost } from "../support/doubles/host";

let clone: TestClone;
let host: FakeHost;
beforeEach(() => {
  clone = makeClone();
  host = new FakeHost();
  for (const stack of ["development", "development-ecr"])
    clone.write(`cdktf.out/stacks/${stack}/cdk.tf.json`, '{"resource":{}}');
  clone.write("stacks/terraform/forget.ts", "");
});
afterEach(() => clone.remove());

/** Runs `terrace lock`. */
const lock = () => host.run((program) => addLockCommand(program, { host, clone }), "lock");

test("the hashes for every platform are kept in the project", async () => {
  await lock();
  expect(host.exitCode).toBe(EXIT.done);
  expect(fs.readFileSync(path.join(clone.root, "stacks/terraform/providers.lock.hcl"), "utf8")).toBe(
    "# locked for providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64 -platform=darwin_amd64 -platform=windows_amd64\n",
  );
});

test("where the registry cannot be reached nothing is written, and Terraform's message is shown", async () => {
  clone.play({ fails: { providers: "no such host" } });
  await lock();
  expect(host.exitCode).toBe(EXIT.failed);
  expect(host.stderr.text).toContain(
    "providers: could not be locked: no such host; run this where Terraform reaches registry.terraform.io",
  );
  expect(fs.existsSync(path.join(clone.root, "stacks/terraform/providers.lock.hcl"))).toBe(false);
});
