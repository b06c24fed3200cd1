import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { addCiCommands } from "../../../commands/ci";
import { CommandError } from "../../../commands/errors/command-error";
import { EXIT } from "../../../commands/errors/exit-codes";
import { addReviewCommand } from "../../../commands/review";
import { planJson } from "../../review/corpus/corpus";
import { makeClone, type TestClone } from "../../support/doubles/clones/clone";
import { bucket } from "../../support/doubles/clones/life";
import { type FakeAws, startFakeAws } from "../../support/doubles/servers/aws";

const digest = `sha256:${"a".repeat(64)}`;
const state = { version: 4, serial: 41, lineage: "3f8a", resources: [] };
let aws: FakeAws;
let clone: TestClone;
let kept: string;
/** Whether the image is to be had. */
let there: boolean;

beforeAll(async () => {
  aws = await startFakeAws("123456789012");
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.objects.clear();
  there = true;
  clone = makeClone(aws);
  kept = path.join(clone.root, "../kept");
  clone.play({ plan: planJson("function-code"), changes: true, state });
});
afterEach(() => clone.remove());

const plan = () =>
  clone.run(
    (program, around) => addReviewCommand(program, around, async () => ({ digest })),
    ["review", "staging", "--keep", kept],
  );
const apply = (...options: readonly string[]) =>
  clone.run(
    (program, around) =>
      addCiCommands(program, around, async () => {
        if (there) return { digest };
        throw new CommandError({ subject: "image", mistake: "is gone", remedy: "-", exitCode: EXIT.refused });
      }),
    ["ci", "apply", "staging", kept, "--no-gate", ...options],
  );
const applied = () => clone.commands().filter((command) => command.includes(": apply"));

describe("a reviewed plan", () => {
  test("is refused without a yes", async () => {
    await plan();
    const refused = await apply();
    expect([refused.exitCode, refused.stderr.text]).toEqual([EXIT.refused, expect.stringContaining("--yes: was not")]);
    expect(applied()).toEqual([]);
  });

  test("is applied after a squash, which makes another commit of the same content, as it was planned", async () => {
    await plan();
    clone.write("note", "x");
    clone.commit();
    fs.rmSync(path.join(clone.root, "note"));
    clone.commit();
    expect((await apply("--yes")).exitCode).toBe(EXIT.done);
    expect(applied()).toHaveLength(2);
    // Those of the review: nothing was planned for the apply.
    expect(clone.commands().filter((command) => command.includes(": plan"))).toHaveLength(2);
    expect(clone.commands()).toContain("staging: init -input=false -reconfigure -lockfile=readonly");
  });

  test.each<[string, RegExp, () => void]>([
    [
      "the commit moved on",
      /- staging: the commit moved on/,
      () => {
        clone.write("main.ts", "other");
        clone.commit();
      },
    ],
    [
      "the state moved on",
      /the state moved on.*planned on 41, now 42/,
      () => clone.play({ state: { ...state, serial: 42 } }),
    ],
    [
      "the state is another one",
      /the state is another one/,
      () => clone.play({ state: { ...state, lineage: "other" } }),
    ],
    [
      "the definition is another one",
      /- staging-ecr: the synthesized stack is another one/,
      () => {
        const file = "cdktf.out/stacks/staging-ecr/cdk.tf.json";
        const { terraform } = JSON.parse(fs.readFileSync(path.join(clone.root, file), "utf8"));
        clone.write(file, JSON.stringify({ terraform, resource: { a: {} } }));
      },
    ],
    [
      "the plan file is another one",
      /the plan file is not the one that was reviewed/,
      () => fs.writeFileSync(path.join(kept, "staging/tfplan"), "forged"),
    ],
    ["it is missing", /holds none of staging;/, () => fs.rmSync(path.join(kept, "staging/tfplan"))],
    [
      "its image is nowhere",
      /image: is gone/,
      () => {
        there = false;
      },
    ],
    [
      "somebody holds the lock",
      /state of staging: is locked by jane@laptop/,
      () => {
        const lock = {
          ID: "6a1",
          Operation: "OperationTypeApply",
          Who: "jane@laptop",
          Created: "2026-11-25T23:48:00Z",
        };
        aws.objects.set(`${bucket}/blogapp/staging/staging.tfstate.tflock`, Buffer.from(JSON.stringify(lock)));
      },
    ],
  ])("is refused, and nothing is applied, if %s", async (_, reason, change) => {
    await plan();
    change();
    const refused = await apply("--yes");
    expect(refused.stderr.text).toMatch(reason);
    expect(refused.exitCode).toBe(EXIT.refused);
    expect(applied()).toEqual([]);
    expect([...aws.objects.keys()].filter((key) => key.includes("/releases/"))).toEqual([]);
  });

  test.each([
    ["it loses a table", planJson("table-deleted")],
    ["it ended half-way", { ...planJson("function-code"), errored: true }],
  ])("is refused if its review stops it, because %s", async (_, json) => {
    clone.play({ plan: json });
    await plan();
    const refused = await apply("--yes");
    expect([refused.exitCode, refused.stderr.text]).toEqual([
      EXIT.refused,
      expect.stringContaining("- staging: its review stops it"),
    ]);
    expect(applied()).toEqual([]);
  });
});
