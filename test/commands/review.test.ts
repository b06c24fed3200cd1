import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { verdictOf } from "../../commands/plans/reviewed";
import { type ReviewOptions, reviewTargets } from "../../commands/review";
import { planJson } from "../review/corpus/corpus";
import { makeClone, type TestClone } from "../support/doubles/clones/clone";

let clone: TestClone;
const counts: Record<string, number> = { "blogapp-production-favorites": 4321 };
const run = (targets: readonly string[], options: Partial<ReviewOptions> = {}) =>
  reviewTargets(targets, { plan: true, ...options }, async (table) => counts[table], clone);

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation(() => undefined);
  clone = makeClone();
  clone.terraform({ plan: planJson("table-deleted"), state: { serial: 1, lineage: "a" } });
});
afterEach(() => {
  jest.restoreAllMocks();
  clone.remove();
});

describe("terrace review <environment>", () => {
  test("plans both stacks of the environment without a lock, and leaves no plan file behind", async () => {
    const reviewed = await run(["staging"]);
    expect(reviewed.map(({ subject }) => subject.stack)).toEqual(["staging-ecr", "staging"]);
    expect(verdictOf(reviewed)).toBe("stops");
    expect(clone.commands().filter((command) => command.includes("-lock=false"))).toHaveLength(2);
    expect(fs.existsSync(path.join(clone.root, "cdktf.out/stacks/staging/tfplan"))).toBe(false);
  });

  test("says how many items are at stake, where they could be counted", async () => {
    const [reviewed] = await run(["staging"]);
    expect(reviewed?.review.findings[0]?.consequence).toContain("about 4321 items");
  });

  test("reads an acceptance for its own stack only", async () => {
    const entry = { address: "aws_dynamodb_table.favorites", rule: "destroyed", because: "favorites move to posts" };
    clone.write("review/accepted.json", JSON.stringify([{ ...entry, stack: "staging" }]));
    const [repository, application] = await run(["staging"]);
    expect(repository?.review.verdict).toBe("stops");
    expect(application?.review.verdict).toBe("asks");
  });

  test("tells from the code before that a guard left the code", async () => {
    const guarded = { resource: { aws_kms_key: { signing: { lifecycle: { prevent_destroy: true } } } } };
    const before = path.join(clone.root, "before/cdktf.out");
    clone.write("before/cdktf.out/stacks/staging/cdk.tf.json", JSON.stringify(guarded));
    clone.terraform({ plan: planJson("nothing") });
    const [, application] = await run(["staging"], { before });
    expect(application?.review.findings).toEqual([expect.objectContaining({ rule: "guard", severity: "asks" })]);
  });

  test("says what a plan needs if Terraform cannot make one", async () => {
    clone.terraform({ planFails: "Error: No valid credential sources found" });
    await expect(run(["staging"])).rejects.toThrow(
      /No valid credential sources found[\s\S]*A plan needs Terraform 1\.11/,
    );
    process.env.TERRAFORM_BINARY_NAME = "no-such-program";
    await expect(run(["staging"])).rejects.toThrow(/no-such-program cannot be run.*A plan needs/);
  });

  test("lists the environments if the name is none", async () => {
    await expect(run(["stagging"])).rejects.toThrow(
      '"stagging" is neither an environment nor a file. The environments are staging.',
    );
  });
});

describe("terrace review <plan.json>", () => {
  const file = (content: string) => {
    clone.write("plan.json", content);
    return path.join(clone.root, "plan.json");
  };

  test("reviews a file without Terraform", async () => {
    const [reviewed] = await run([file(JSON.stringify(planJson("table-id")))]);
    expect(reviewed?.subject.stack).toBe("plan");
    expect(reviewed?.review.findings[0]).toMatchObject({ severity: "stops", rule: "renamed" });
  });

  test.each([
    ["is not JSON", "{", /plan\.json cannot be read as JSON/],
    ["is no plan", "{}", /This is not a plan: format_version/],
    [
      "is of another major version",
      '{"format_version":"2.0"}',
      /format_version is "2\.0" and this reviewer reads 1\.x/,
    ],
  ])("refuses a file that %s", async (_, content, message) => {
    await expect(run([file(content)])).rejects.toThrow(message);
  });

  test("compares two synthesized stacks with --before", async () => {
    const stack = (name: string) => JSON.stringify({ resource: { aws_dynamodb_table: { posts: { name } } } });
    clone.write("before.json", stack("posts"));
    const [reviewed] = await run([file(stack("articles"))], { before: path.join(clone.root, "before.json") });
    expect(reviewed?.review.findings[0]).toMatchObject({ severity: "stops", rule: "replaced" });
  });
});

test("terrace review <environment> --no-plan compares with the code before and never calls Terraform", async () => {
  const before = path.join(clone.root, "before");
  await expect(run(["staging"], { plan: false })).rejects.toThrow(/--no-plan needs --before/);
  for (const stack of ["staging", "staging-ecr"])
    clone.write(`before/stacks/${stack}/cdk.tf.json`, '{"resource":{"aws_kms_key":{"signing":{}}}}');
  expect(verdictOf(await run(["staging"], { plan: false, before }))).toBe("stops");
  expect(() => clone.commands()).toThrow(/log\.txt/);
});
