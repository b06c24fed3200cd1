import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { applyReviewed, Refused } from "../../../commands/plans/apply";
import { verdictOf } from "../../../commands/plans/reviewed";
import { reviewTargets } from "../../../commands/review";
import { planJson } from "../../review/corpus/corpus";
import { makeClone, type TestClone } from "../../support/doubles/clones/clone";

let clone: TestClone;
let kept: string;
const nobodyCounts = async () => undefined;
const state = { version: 4, serial: 41, lineage: "3f8a", resources: [] };

beforeEach(() => {
  jest.spyOn(console, "log").mockImplementation(() => undefined);
  kept = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-kept-"));
  clone = makeClone();
  clone.terraform({ plan: planJson("function-code"), state });
});
afterEach(() => {
  jest.restoreAllMocks();
  clone.remove();
  fs.rmSync(kept, { recursive: true });
});

const plan = () => reviewTargets(["staging"], { plan: true, keep: kept }, nobodyCounts, clone);
const apply = () => applyReviewed("staging", kept, clone);
const applied = () => clone.commands().filter((command) => command.includes(": apply"));

describe("the reviewed plan of an environment", () => {
  test("is applied as it is: the file that was kept, with the providers it was made with, stack after stack", async () => {
    expect(verdictOf(await plan())).toBe("nothing");
    apply();
    expect(applied()).toEqual([
      `staging-ecr: apply -input=false -lock-timeout=60s ${path.join(kept, "staging-ecr/tfplan")}`,
      `staging: apply -input=false -lock-timeout=60s ${path.join(kept, "staging/tfplan")}`,
    ]);
    expect(clone.commands()).toContain("staging: init -input=false -lockfile=readonly");
  });

  test("is applied after a squash, which makes another commit of the same content", async () => {
    await plan();
    clone.write("note", "x");
    clone.commit();
    fs.rmSync(path.join(clone.root, "note"));
    clone.commit();
    apply();
    expect(applied()).toHaveLength(2);
  });

  test.each<[string, RegExp, () => void]>([
    [
      "the commit moved on",
      /staging: the commit moved on/,
      () => {
        clone.write("main.ts", "other");
        clone.commit();
      },
    ],
    [
      "the state moved on",
      /the state moved on.*planned on 41, now 42/,
      () => clone.terraform({ state: { ...state, serial: 42 } }),
    ],
    [
      "the state is another one",
      /the state is another one/,
      () => clone.terraform({ state: { ...state, lineage: "other" } }),
    ],
    [
      "the definition is another one",
      /staging-ecr: the synthesized stack is another one/,
      () => clone.write("cdktf.out/stacks/staging-ecr/cdk.tf.json", '{"resource":{"a":{}}}'),
    ],
    [
      "the plan file is another one",
      /the plan file is not the one that was reviewed/,
      () => fs.writeFileSync(path.join(kept, "staging/tfplan"), "forged"),
    ],
    ["it is missing", /There is no reviewed plan of staging in/, () => fs.rmSync(path.join(kept, "staging/tfplan"))],
  ])("is refused, and nothing is applied, if %s", async (_, reason, change) => {
    await plan();
    change();
    expect(apply).toThrow(reason);
    expect(applied()).toEqual([]);
  });

  test("is refused if its review stops it", async () => {
    clone.terraform({ plan: planJson("table-deleted") });
    expect(verdictOf(await plan())).toBe("stops");
    expect(apply).toThrow(Refused);
    expect(apply).toThrow(/its review stops it/);
    expect(applied()).toEqual([]);
  });
});
