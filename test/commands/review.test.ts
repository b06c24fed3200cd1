import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { runTerraform } from "../../commands/programs/terraform";
import { addReviewCommand } from "../../commands/review";
import { planJson } from "../review/corpus/corpus";
import { makeClone, type TestClone } from "../support/doubles/clones/clone";
import { type FakeAws, Refusal, startFakeAws } from "../support/doubles/servers/aws";

let aws: FakeAws;
let clone: TestClone;
beforeAll(async () => {
  aws = await startFakeAws("123456789012");
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.requests.length = 0;
  aws.answer = async () => {
    throw new Refusal("ResourceNotFoundException");
  };
  clone = makeClone(aws);
  clone.play({ plan: planJson("table-deleted"), state: { serial: 1, lineage: "a" } });
});
afterEach(() => clone.remove());

const digest = `sha256:${"a".repeat(64)}`;
const terrace = (...words: readonly string[]) =>
  clone.run((program, around) => addReviewCommand(program, around, async () => ({ digest })), ["review", ...words]);
/** Returns what `--json` prints. */
const reviewed = async (...words: readonly string[]) => JSON.parse((await terrace(...words, "--json")).stdout.text);
const failure = async (...words: readonly string[]) => {
  const { exitCode, stderr } = await terrace(...words);
  expect(exitCode).toBe(1);
  return stderr.text;
};

describe("terrace review <environment>", () => {
  test("plans both stacks of the environment without a lock, and leaves no plan file behind", async () => {
    const host = await terrace("staging", "--json");
    expect(host.exitCode).toBe(3);
    expect(JSON.parse(host.stdout.text)).toMatchObject({
      verdict: "stops",
      reviews: [{ stack: "staging-ecr" }, { stack: "staging", serial: 1 }],
    });
    const plans = clone.commands().filter((command) => command.includes("-lock=false"));
    expect(plans).toHaveLength(2);
    expect(plans.map((command) => /-out=(\S+)/.exec(command)?.[1] ?? "").filter(fs.existsSync)).toEqual([]);
  });

  test("prints the review and nothing else, and its progress on standard error", async () => {
    clone.play({ plan: planJson("nothing") });
    const host = await terrace("staging", "--format", "markdown");
    expect(host.exitCode).toBe(0);
    expect(host.stdout.text).toMatch(/^### `staging-ecr`: nothing changes\n[\s\S]*### `staging`: nothing changes\n/);
    expect(host.stderr.text).toBe("Planning staging-ecr.\nPlanning staging.\n");
  });

  test("leaves it to Terraform whose account the credentials are of, and asks only what is at stake", async () => {
    await terrace("staging");
    expect(aws.requests).toEqual(["POST ", "POST "]);
  });

  test("says how many items are at stake, and warns where they could not be counted", async () => {
    expect((await terrace("staging")).stderr.text).toContain(
      "The items of blogapp-production-favorites could not be counted: ResourceNotFoundException",
    );
    aws.answer = async (operation, { TableName }) => {
      expect([operation, TableName]).toEqual(["DynamoDB_20120810.DescribeTable", "blogapp-production-favorites"]);
      return { Table: { ItemCount: 4321 } };
    };
    const { reviews } = await reviewed("staging");
    expect(reviews[0].findings[0].consequence).toContain("about 4321 items");
  });

  test("reads an acceptance for its own stack only", async () => {
    const entry = { address: "aws_dynamodb_table.favorites", rule: "destroyed", because: "favorites move to posts" };
    clone.write("review/accepted.json", JSON.stringify([{ ...entry, stack: "staging" }]));
    const { reviews } = await reviewed("staging");
    expect(reviews.map(({ verdict }: { verdict: string }) => verdict)).toEqual(["stops", "asks"]);
  });

  test("tells from the code before that a guard left the code", async () => {
    const guarded = { resource: { aws_kms_key: { signing: { lifecycle: { prevent_destroy: true } } } } };
    const before = path.join(clone.root, "before/cdktf.out");
    clone.write("before/cdktf.out/stacks/staging/cdk.tf.json", JSON.stringify(guarded));
    clone.play({ plan: planJson("nothing") });
    const { reviews } = await reviewed("staging", "--before", before);
    expect(reviews[1].findings).toEqual([expect.objectContaining({ rule: "guard", severity: "asks" })]);
  });

  test("says what Terraform says if it cannot make a plan", async () => {
    clone.play({ fails: { plan: "Error: No valid credential sources found" } });
    expect(await failure("staging")).toContain("No valid credential sources found");
  });

  test("says that Terraform is not there if it is not", async () => {
    process.env.TERRAFORM_BINARY_NAME = "no-such-program";
    clone.terraform = runTerraform;
    expect(await failure("staging")).toContain('Terraform: "no-such-program" cannot be run');
  });

  test("reviews a plan that ended half-way, and warns of how it ended", async () => {
    clone.play({ plan: { ...planJson("table-deleted"), errored: true }, planEnds: "half-way" });
    const host = await terrace("staging");
    expect(host.stderr.text).toContain("Warning: Terraform: failed: staging cannot be planned\nhalf-way");
    expect(host.exitCode).toBe(3);
  });

  test("suggests the environment that was meant, and takes what has a dot for a file", async () => {
    expect(await failure("stagging")).toContain(
      'environment: "stagging" is not one of "development", "staging", "production"; write "staging"',
    );
    expect(await failure("plan.jsn")).toContain('target: "plan.jsn" is no file');
  });
});

test("what is kept was planned with the digest of an image, which is kept with it", async () => {
  const keep = path.join(clone.root, "kept");
  const asked: (string | undefined)[] = [];
  const { synthesize } = clone;
  clone.synthesize = (variables) => {
    asked.push(variables?.TERRACE_IMAGE_DIGEST);
    synthesize(variables);
  };
  clone.play({ plan: planJson("nothing") });
  expect((await terrace("staging", "--keep", keep)).exitCode).toBe(0);
  expect(asked).toEqual([undefined, digest]);
  const binding = JSON.parse(fs.readFileSync(path.join(keep, "staging/binding.json"), "utf8"));
  expect(binding).toMatchObject({ image: digest, changes: false, serial: 1, lineage: "a", verdict: "nothing" });
});

describe("terrace review <plan.json>", () => {
  const file = (content: string) => {
    clone.write("plan.json", content);
    return path.join(clone.root, "plan.json");
  };

  test("reviews a file without Terraform", async () => {
    const { reviews } = await reviewed(file(JSON.stringify(planJson("table-id"))));
    expect(reviews).toMatchObject([{ stack: "plan", findings: [{ severity: "stops", rule: "renamed" }] }]);
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
    expect(await failure(file(content))).toMatch(message);
  });

  test("compares two synthesized stacks with --before", async () => {
    const stack = (name: string) => JSON.stringify({ resource: { aws_dynamodb_table: { posts: { name } } } });
    clone.write("before.json", stack("posts"));
    const { reviews } = await reviewed(file(stack("articles")), "--before", path.join(clone.root, "before.json"));
    expect(reviews[0].findings[0]).toMatchObject({ severity: "stops", rule: "replaced" });
  });
});

test("terrace review <environment> --no-plan compares with the code before and never calls Terraform", async () => {
  const before = path.join(clone.root, "before");
  expect(await failure("staging", "--no-plan")).toContain("--before: was not given, and --no-plan needs it");
  for (const stack of ["staging", "staging-ecr"])
    clone.write(`before/stacks/${stack}/cdk.tf.json`, '{"resource":{"aws_kms_key":{"signing":{}}}}');
  expect((await reviewed("staging", "--no-plan", "--before", before)).verdict).toBe("stops");
  expect(clone.commands()).toEqual([]);
});
