import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { addCiCommands } from "../../../commands/ci";
import { EXIT } from "../../../commands/errors/exit-codes";
import { addReleasesCommand } from "../../../commands/releases";
import { addReviewCommand } from "../../../commands/review";
import { addRollbackCommand } from "../../../commands/rollback";
import { beginLife, type Life } from "../../support/doubles/clones/life";

const digest = `sha256:${"a".repeat(64)}`;
let life: Life;
let kept: string;
/** What is brought into the repository, and after which changes. */
let provided: { readonly digest: string; readonly after: readonly string[] }[];

beforeEach(async () => {
  life = await beginLife();
  kept = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-kept-"));
  provided = [];
  life.resources = functionOf("1");
});
afterEach(async () => {
  await life.end();
  fs.rmSync(kept, { recursive: true });
});

const functionOf = (code: string) => ({
  aws_lambda_function: { api: { function_name: "blogapp-staging-api", code, image_uri: `registry/api@${digest}` } },
});
/** Reviews and keeps the plans, as a pull request's job does. */
const plan = async () => {
  const host = await life.run(
    (program, around) => addReviewCommand(program, around, async () => ({ digest })),
    ...["review", "staging", "--keep", kept, "--json"],
  );
  return [host.exitCode, host.stderr.text];
};
/** Applies what is kept, as the job on main does. */
const apply = () =>
  life.run(
    (program, around) =>
      addCiCommands(program, around, async (_, named) => ({
        digest: named,
        provide: async () => {
          provided.push({ digest: named, after: life.changes() });
        },
      })),
    ...["ci", "apply", "staging", kept, "--no-gate", "--yes", "--json"],
  );
const releases = async () =>
  JSON.parse((await life.run(addReleasesCommand, "releases", "staging", "--json")).stdout.text);

describe("the reviewed plan of an environment", () => {
  test("is applied as it is, stack after stack, and its image comes before what runs it", async () => {
    expect(await plan()).toEqual([EXIT.done, "Planning staging-ecr.\nPlanning staging.\n"]);
    const applied = await apply();
    expect([applied.exitCode, JSON.parse(applied.stdout.text).deployed]).toEqual([EXIT.done, true]);
    expect(life.changes()).toEqual(["staging-ecr: apply", "staging: apply"]);
    expect(provided).toEqual([{ digest, after: ["staging-ecr: apply"] }]);
    expect(life.applied("staging")).toEqual(["aws_lambda_function.api"]);
  });

  test("is a release as any other: in the ledger with commit, image and counts, and to be gone back to", async () => {
    await plan();
    await apply();
    life.resources = functionOf("2");
    const commit = life.commit();
    await plan();
    await apply();
    expect(await releases()).toMatchObject({
      current: 2,
      releases: [
        { number: 2, action: "deploy", status: "deployed", commit, edited: false, image: digest },
        { number: 1, stacks: [{ name: "staging-ecr" }, { name: "staging", counts: { created: 1, changed: 0 } }] },
      ],
    });
    life.aws.answer = async () => ({ imageDetails: [{ imageDigest: digest }] });
    const back = await life.run(addRollbackCommand, "rollback", "staging", "--no-gate", "--yes", "--json");
    expect([back.exitCode, (await releases()).releases[0]]).toMatchObject([
      EXIT.done,
      { number: 3, action: "rollback", to: 1, status: "deployed" },
    ]);
  });

  test("makes no release if it changes nothing and is deployed already", async () => {
    await plan();
    await apply();
    await plan();
    const again = await apply();
    expect([again.exitCode, JSON.parse(again.stdout.text)]).toMatchObject([EXIT.done, { deployed: false }]);
    expect((await releases()).releases).toHaveLength(1);
  });

  test("is not applied a second time where the first was cut off: the state moved on", async () => {
    life.resources = { aws_lambda_function: { a: { function_name: "a" }, b: { function_name: "b" } } };
    await plan();
    life.terraform.killAfter = 1;
    expect((await apply()).exitCode).toBe(EXIT.failed);
    life.terraform.killAfter = undefined;
    expect((await apply()).stderr.text).toContain("the state moved on");
    expect((await releases()).releases.map(({ status }: { status: string }) => status)).toEqual(["failed"]);
  });
});
