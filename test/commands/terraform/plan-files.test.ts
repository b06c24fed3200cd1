import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { newPlanFile, removePlanFile } from "../../../commands/terraform/plan-files";

test("two commands in one clone never write to one plan file, and nobody else can read it", () => {
  const files = [newPlanFile(), newPlanFile()];
  expect(new Set(files).size).toBe(2);
  for (const file of files) {
    fs.writeFileSync(file, "state");
    expect(fs.statSync(path.dirname(file)).mode & 0o077).toBe(0);
    removePlanFile(file);
    expect(fs.existsSync(path.dirname(file))).toBe(false);
  }
});
