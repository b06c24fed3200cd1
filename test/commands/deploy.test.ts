import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { addDeployCommand } from "../../commands/deploy";
import { addDiffCommand } from "../../commands/diff";
import { EXIT } from "../../commands/errors/exit-codes";
import { addReleasesCommand } from "../../commands/releases";
import { addRollbackCommand } from "../../commands/rollback";
import { beginLife, bucket, type Life, withoutImage } from "../support/doubles/clones/life";

const addDeploy = withoutImage(addDeployCommand);
const addDiff = withoutImage(addDiffCommand);

let life: Life;
beforeEach(async () => {
  life = await beginLife();
});
afterEach(() => life.end());

const deploy = (...options: readonly string[]) =>
  life.run(addDeploy, "deploy", "staging", "--no-gate", "--yes", "--json", ...options);
const rollback = (...words: readonly string[]) =>
  life.run(addRollbackCommand, "rollback", "staging", "--no-gate", "--yes", "--json", ...words);
const releases = async () =>
  JSON.parse((await life.run(addReleasesCommand, "releases", "staging", "--json")).stdout.text);
const code = (version: string) => {
  life.resources = {
    aws_lambda_function: { connect: { function_name: "blogapp-staging-connect", code: version } },
  };
};

test("an environment is deployed from nothing, both stacks in order, and a second time there is nothing to do", async () => {
  const first = await deploy();
  expect([first.exitCode, first.stderr.text]).toEqual([EXIT.done, expect.stringContaining("1/1 created")]);
  expect(life.changes()).toEqual(["staging-ecr: apply", "staging: apply"]);
  expect(JSON.parse(first.stdout.text)).toMatchObject({ deployed: true, release: { number: 1, status: "deployed" } });
  const second = await deploy();
  expect([second.exitCode, JSON.parse(second.stdout.text).deployed]).toEqual([EXIT.done, false]);
  expect(life.changes()).toHaveLength(2);
  expect((await releases()).releases).toHaveLength(1);
});

test("what Docker built stays in the registry and leaves the state, so that nobody plans to build it again", async () => {
  life.resources = {
    aws_lambda_function: { api: { image_uri: `registry/api@sha256:${"a".repeat(64)}` } },
    docker_image: { api_image: { name: "registry/api:content" } },
    docker_registry_image: { api_image_push: { name: "registry/api:content" } },
  };
  expect((await deploy()).exitCode).toBe(EXIT.done);
  expect(life.applied("staging")).toEqual(["aws_lambda_function.api"]);
  expect(life.changes()).toEqual(["staging-ecr: apply", "staging: apply"]);
});

test("a difference is shown with exit code 2, and changes nothing", async () => {
  const shown = await life.run(addDiff, "diff", "staging");
  expect(shown.exitCode).toBe(EXIT.attention);
  expect(shown.stdout.text).toContain("+ aws_lambda_function.connect");
  expect(life.applied("staging")).toEqual([]);
  await deploy();
  expect((await life.run(addDiff, "diff", "staging")).exitCode).toBe(EXIT.done);
});

test("the ledger says what was deployed, when, by whom, from which commit and what the plan was", async () => {
  const commit = life.commit();
  await deploy();
  expect(await releases()).toMatchObject({
    current: 1,
    releases: [
      {
        action: "deploy",
        by: "arn:aws:iam::123456789012:user/jane",
        commit,
        edited: false,
        startedAt: "2026-11-26T00:00:00.000Z",
        stacks: [{ name: "staging-ecr" }, { name: "staging", counts: { created: 1, destroyed: 0 } }],
      },
    ],
  });
});

test("without a yes nothing is applied and nothing is in the ledger", async () => {
  const refused = await life.run(addDeploy, "deploy", "staging");
  expect(refused.exitCode).toBe(EXIT.refused);
  expect(life.applied("staging")).toEqual([]);
  expect([...life.aws.objects.keys()]).toEqual([]);
});

describe("a rollback", () => {
  test("brings back exactly what was deployed, whatever is checked out, and is a release of its own", async () => {
    await deploy();
    code("2");
    const commit = life.commit();
    await deploy();
    code("3");
    const back = await rollback();
    expect(back.exitCode).toBe(EXIT.done);
    const { releases: list, current } = await releases();
    expect(current).toBe(3);
    expect(list[0]).toMatchObject({ action: "rollback", to: 1, status: "deployed", bundle: list[2].bundle });
    expect(list[0].commit).not.toBe(commit);
    code("1");
    expect((await life.run(addDiff, "diff", "staging")).exitCode).toBe(EXIT.done);
  });

  test("to where the environment is already does nothing", async () => {
    await deploy();
    const there = await rollback("1");
    expect([there.exitCode, JSON.parse(there.stdout.text).deployed]).toEqual([EXIT.done, false]);
  });

  test("to a release that was never applied to its end is refused, and those that can be are named", async () => {
    await deploy();
    code("2");
    life.terraform.failAt = "aws_lambda_function.connect";
    expect((await deploy()).exitCode).toBe(EXIT.failed);
    const refused = await rollback("2");
    expect(refused.exitCode).toBe(EXIT.refused);
    expect(refused.stderr.text).toContain("2 cannot be gone back to; name one that was deployed: 1");
  });

  test("of a release whose bytes somebody changed is refused", async () => {
    await deploy();
    code("2");
    await deploy();
    const { releases: list } = await releases();
    const key = `${bucket}/blogapp/staging/releases/bundles/${list[1].bundle.replace("sha256:", "")}`;
    life.aws.objects.set(key, Buffer.from("forged"));
    const refused = await rollback("1");
    expect(refused.exitCode).toBe(EXIT.failed);
    expect(refused.stderr.text).toContain("is not what was kept");
  });
});

describe("a checkout", () => {
  test("that is older than what is deployed is refused, unless it is meant", async () => {
    const old = life.commits.head;
    life.commit();
    await deploy();
    life.commits.head = old;
    code("0");
    const refused = await deploy();
    expect(refused.exitCode).toBe(EXIT.refused);
    expect(refused.stderr.text).toContain("is older than the deployed commit");
    expect((await deploy("--older")).exitCode).toBe(EXIT.done);
  });

  test("of another branch, and one that does not know the deployed commit, are refused", async () => {
    const base = life.commits.head;
    const deployed = life.commit("deployed");
    await deploy();
    life.commits.head = base;
    life.commit("beside");
    expect((await deploy()).stderr.text).toContain("is not based on the deployed commit");
    const key = `${bucket}/blogapp/staging/releases/000001.json`;
    const text = String(life.aws.objects.get(key)).replaceAll(deployed, "f".repeat(40));
    life.aws.objects.set(key, Buffer.from(text));
    expect((await deploy()).stderr.text).toContain("does not know the deployed commit");
  });
});

describe("an interruption", () => {
  const three = {
    aws_lambda_function: { a: { function_name: "a" }, b: { function_name: "b" }, c: { function_name: "c" } },
  };

  test.each([0, 1, 2])("that kills Terraform after %i resources is repaired by the same command", async (count) => {
    await deploy();
    life.resources = three;
    life.terraform.killAfter = count;
    expect((await deploy()).exitCode).toBe(EXIT.failed);
    life.terraform.killAfter = undefined;
    expect((await deploy()).exitCode).toBe(EXIT.done);
    expect(life.applied("staging")).toEqual([
      "aws_lambda_function.a",
      "aws_lambda_function.b",
      "aws_lambda_function.c",
    ]);
    expect((await releases()).releases.map(({ status }: { status: string }) => status)).toEqual([
      "deployed",
      "failed",
      "deployed",
    ]);
  });

  test("between the apply and the ledger is made good: the same command writes the release and applies nothing", async () => {
    life.aws.onPut = (key) => (key.includes("/bundles/") ? "drop before" : undefined);
    expect((await deploy()).exitCode).toBe(EXIT.failed);
    life.aws.onPut = undefined;
    const again = await deploy();
    expect([again.exitCode, again.stderr.text]).toEqual([
      EXIT.done,
      expect.stringContaining("Everything is applied already"),
    ]);
    expect(await releases()).toMatchObject({ current: 2, releases: [{ status: "deployed" }, { status: "failed" }] });
    expect(life.changes()).toHaveLength(2);
  });

  test("of the answer to a write of the ledger is no conflict with itself", async () => {
    const dropped = new Set<string>();
    life.aws.onPut = (key) => (dropped.has(key) || !dropped.add(key) ? undefined : "drop after");
    expect((await deploy()).exitCode).toBe(EXIT.done);
    expect((await releases()).releases).toHaveLength(1);
  });
});

test("a lock is explained: who holds it, since when, and how it is broken", async () => {
  const lock = { ID: "6a1", Operation: "OperationTypeApply", Who: "jane@laptop", Created: "2026-11-25T23:48:00Z" };
  life.aws.objects.set(`${bucket}/blogapp/staging/staging.tfstate.tflock`, Buffer.from(JSON.stringify(lock)));
  const refused = await deploy();
  expect(refused.exitCode).toBe(EXIT.refused);
  expect(refused.stderr.text).toContain(
    "state of staging: is locked by jane@laptop (apply) since 2026-11-25T23:48:00.000Z, 12 minutes ago",
  );
  expect(refused.stderr.text).toContain("terraform -chdir=cdktf.out/stacks/staging force-unlock 6a1");
});

test("two who begin a release at the same time do not both get its number", async () => {
  const key = `${bucket}/blogapp/staging/releases/000001.json`;
  life.aws.onPut = (name) => {
    life.aws.onPut = undefined;
    if (name === key) life.aws.objects.set(key, Buffer.from(JSON.stringify({ theirs: true })));
    return "drop before";
  };
  const refused = await deploy();
  expect(refused.exitCode).toBe(EXIT.refused);
  expect(refused.stderr.text).toContain("release 1 of staging: was written by somebody else at the same time");
  expect(life.applied("staging")).toEqual([]);
});

test("what the review stops is not deployed", async () => {
  life.resources = { aws_dynamodb_table: { posts: { name: "blogapp-staging-posts" } } };
  await deploy();
  life.resources = {};
  const refused = await deploy();
  expect(refused.exitCode).toBe(EXIT.refused);
  expect(refused.stderr.text).toContain("the review stops the plan of staging");
  expect(life.applied("staging")).toEqual(["aws_dynamodb_table.posts"]);
  expect(refused.stderr.text).toContain("Warning: The items of blogapp-staging-posts could not be counted");
});
