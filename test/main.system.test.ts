import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { environments } from "../environments";
import { stackNames } from "../environments/names";

let outdir: string;
beforeEach(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-main-"));
});
afterEach(() => fs.rmSync(outdir, { recursive: true }));

/** What the built program made before the first test. */
const withoutVariables = "cdktf.out";

/** Runs the built program as cdktf does. */
function main(variables: Readonly<Record<string, string>>) {
  const { TERRACE_ACCOUNT_ID: _account, TERRACE_IMAGE_DIGEST: _digest, ...inherited } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ["dist/main.cjs"], {
    env: { ...inherited, CDKTF_OUTDIR: outdir, ...variables },
    encoding: "utf8",
  });
  const read = (stack: string) => fs.readFileSync(path.join(outdir, "stacks", stack, "cdk.tf.json"), "utf8");
  return { status, stderr, read };
}

const stacks = environments.flatMap((environment) => Object.values(stackNames(environment)));

describe("the program", () => {
  test("synthesizes the two stacks of every environment, each as a stack of its own", () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(withoutVariables, "manifest.json"), "utf8"));
    expect(Object.keys(manifest.stacks).sort()).toEqual(stacks.toSorted());
    // A stack that depends on another cannot be deployed by its name alone.
    for (const name of stacks) expect(manifest.stacks[name]).toMatchObject({ name, dependencies: [] });
  });

  test("takes the account of a fresh clone and the digest of an image from its environment", () => {
    const digest = `sha256:${"b".repeat(64)}`;
    const { read } = main({ TERRACE_ACCOUNT_ID: "123456789012", TERRACE_IMAGE_DIGEST: digest });
    const staging = read("staging");
    expect(staging).toContain(`123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-staging-api@${digest}`);
    expect(JSON.parse(staging).resource).not.toHaveProperty("docker_image");
    expect(staging).not.toContain("000000000000");
  });

  test("takes an empty variable for one that is not set, and has nothing to say", () => {
    const { status, stderr, read } = main({ TERRACE_ACCOUNT_ID: "", TERRACE_IMAGE_DIGEST: "" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const same = (name: string) => fs.readFileSync(path.join(withoutVariables, "stacks", name, "cdk.tf.json"), "utf8");
    for (const name of stacks) expect(read(name)).toBe(same(name));
  });

  test.each([
    [
      { TERRACE_ACCOUNT_ID: "12345" },
      'TERRACE_ACCOUNT_ID: "12345" is not an AWS account id; set it to twelve digits, or unset it',
    ],
    [
      { TERRACE_IMAGE_DIGEST: "latest" },
      'The image digest "latest" must be "sha256:" and 64 hexadecimal digits, as the registry shows it.',
    ],
  ])("refuses %j in one sentence, and writes no stack", (variables, sentence) => {
    expect(main(variables)).toMatchObject({ status: 1, stderr: `${sentence}\n` });
    expect(fs.existsSync(path.join(outdir, "manifest.json"))).toBe(false);
  });
});
