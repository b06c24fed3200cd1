import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { addDeployCommand } from "../../commands/deploy";
import { addDestroyCommand } from "../../commands/destroy";
import { EXIT } from "../../commands/errors/exit-codes";
import { addReleasesCommand } from "../../commands/releases";
import { addRestoreCommand } from "../../commands/restore";
import type { JsonObject } from "../../local/shared/json";
import { createTable, type Database, openDatabase } from "../local/dynamodb/database";
import { beginLife, bucket, type Life, withoutImage } from "../support/doubles/clones/life";
import { Refusal } from "../support/doubles/servers/aws";
import { dynamo } from "../support/doubles/servers/dynamo";

const [posts, comments] = ["blogapp-staging-posts", "blogapp-staging-comments"] as const;
const table = (name: string, more: object = {}) => ({ name, deletion_protection_enabled: false, ...more });
const items = [
  { id: { S: "1" }, number: { N: "12345678901234567890123456789012345678" }, bytes: { B: "AAEC/w==" } },
  { id: { S: "2" }, list: { L: [{ BS: ["AQ==", "Ag=="] }, { M: { a: { NULL: true } } }] }, set: { SS: ["a", "b"] } },
];

const addDeploy = withoutImage(addDeployCommand);

let life: Life;
let database: Database;
/** What was asked of Lambda and ECR. */
let calls: string[];
let images: string[];
/** Makes a call of AWS fail, or be the last one that the process makes. */
let fault: ((operation: string, input: JsonObject) => void) | undefined;

beforeEach(async () => {
  life = await beginLife();
  database = await openDatabase();
  [calls, images, fault] = [[], ["sha256:1", "sha256:2"], undefined];
  life.resources = {
    aws_dynamodb_table: { posts: table(posts), comments: table(comments) },
    aws_lambda_function: { api: { function_name: "blogapp-staging-api", timeout: 15 } },
  };
  life.aws.answer = async (operation, input) => {
    fault?.(operation, input);
    const [service = "", name = ""] = operation.split(".");
    if (service.startsWith("DynamoDB")) return dynamo(database, name, input);
    calls.push(operation);
    if (name === "ListImages") return { imageIds: images.map((imageDigest) => ({ imageDigest })) };
    if (name === "BatchDeleteImage") images = [];
    return {};
  };
  for (const name of [posts, comments]) await createTable(database, name, ["id:S"]);
  for (const Item of items) await database.call("PutItem", { TableName: posts, Item });
});
afterEach(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
  await life.end();
});

const deploy = () => life.run(addDeploy, "deploy", "staging", "--no-gate", "--yes", "--json");
const destroy = (...words: readonly string[]) =>
  life.run(addDestroyCommand, "destroy", "staging", "--yes", "--json", ...words);
const restore = (file: string, ...words: readonly string[]) =>
  life.run(addRestoreCommand, "restore", "staging", file, "--yes", "--json", ...words);
const releases = async () =>
  JSON.parse((await life.run(addReleasesCommand, "releases", "staging", "--json")).stdout.text);
const exportsMade = () => {
  const folder = path.join(life.root, ".terrace/exports");
  return fs.existsSync(folder) ? fs.readdirSync(folder).map((file) => path.join(folder, file)) : [];
};
const rows = async (TableName: string) => (await database.call("Scan", { TableName })).Items as JsonObject[];
const byId = (list: readonly JsonObject[]) =>
  list.toSorted((a, b) => JSON.stringify(a.id).localeCompare(JSON.stringify(b.id)));

test("a dry run lists what would go and changes nothing", async () => {
  await deploy();
  const dry = await destroy("--dry-run");
  expect(dry.exitCode).toBe(EXIT.attention);
  expect(JSON.parse(dry.stdout.text)).toMatchObject({ destroyed: false, tables: [comments, posts], images });
  expect(life.applied("staging")).toHaveLength(3);
  expect(calls.filter((call) => !call.endsWith("ListImages"))).toEqual([]);
});

test("whoever destroys has to type the environment's name", async () => {
  await deploy();
  const refused = await life.run(addDestroyCommand, "destroy", "staging");
  expect([refused.exitCode, life.applied("staging").length]).toEqual([EXIT.refused, 3]);
});

test("the functions are stopped, then the tables exported, then everything is deleted, the images too", async () => {
  life.resources = { ...life.resources, aws_cloudwatch_log_group: { api: { name: "/aws/lambda/api" } } };
  await deploy();
  const order: string[] = [];
  fault = (operation) => order.push(operation.replace(/^.*\./, ""));
  // Lambda makes it again, if a function still runs while it is deleted.
  life.leftovers = [{ to: "aws_cloudwatch_log_group.api", id: "/aws/lambda/api" }];
  const destroyed = await destroy();
  expect(destroyed.exitCode).toBe(EXIT.done);
  expect([life.applied("staging"), life.applied("staging-ecr"), images]).toEqual([[], [], []]);
  expect(calls).toContain("PUT blogapp-staging-api");
  expect(order.indexOf("PUT blogapp-staging-api")).toBeLessThan(order.indexOf("Scan"));
  expect(life.changes().slice(-2)).toEqual(["staging: apply", "staging-ecr: apply"]);
  const { exported, remains } = JSON.parse(destroyed.stdout.text);
  expect(exported).toEqual([
    ...exportsMade(),
    expect.stringMatching(/^s3:\/\/blogapp-tfstate-[\w-]+\/blogapp\/staging\/exports\/staging-.*\.jsonl\.gz$/),
  ]);
  expect(remains.join("\n")).toContain("terrace bootstrap");
  expect(remains).toContain(
    "aws_cloudwatch_log_group.api (/aws/lambda/api), which no state knows: `terrace destroy staging` takes it over and deletes it",
  );
  expect(await releases()).toMatchObject({ releases: [{ action: "destroy", status: "destroyed" }, { number: 1 }] });
});

describe("what a killed deployment left in no state", () => {
  const table = { to: "aws_dynamodb_table.posts", id: posts };

  test("is listed by a dry run, and otherwise taken over, exported and deleted", async () => {
    life.leftovers = [table];
    const dry = await destroy("--dry-run");
    expect([dry.exitCode, dry.stderr.text]).toEqual([
      EXIT.attention,
      expect.stringContaining(`- aws_dynamodb_table.posts (${posts}), in no state`),
    ]);
    expect(life.applied("staging")).toEqual([]);
    const destroyed = await destroy();
    expect([destroyed.exitCode, life.applied("staging")]).toEqual([EXIT.done, []]);
    expect(JSON.parse(destroyed.stdout.text)).toMatchObject({ destroyed: true, tables: [posts] });
    expect(exportsMade()).toHaveLength(1);
  });

  test("is not deleted while it is protected", async () => {
    life.resources = { aws_dynamodb_table: { posts: { name: posts, deletion_protection_enabled: true } } };
    life.leftovers = [table];
    const refused = await destroy();
    expect([refused.exitCode, life.applied("staging"), exportsMade()]).toEqual([EXIT.refused, [table.to], []]);
  });
});

test("an environment that is protected is refused, by what is written and by what is deployed", async () => {
  life.resources = { aws_dynamodb_table: { posts: table(posts, { deletion_protection_enabled: true }) } };
  await deploy();
  const refused = await destroy();
  expect(refused.exitCode).toBe(EXIT.refused);
  expect(refused.stderr.text).toContain(
    `is still protected from deletion as it is deployed (${posts}); lift it in a change of its own`,
  );
  expect(life.applied("staging")).toEqual(["aws_dynamodb_table.posts"]);
});

describe("interrupted", () => {
  /** Makes every call of an operation fail, as when rights or the network end. */
  const killAt = (name: string) => {
    fault = (operation) => {
      if (operation.endsWith(name)) throw new Refusal("AccessDeniedException");
    };
  };

  test.each([
    ["while the functions are stopped", "PUT blogapp-staging-api"],
    ["while a table is described", "DescribeTable"],
    ["while a table is read", "Scan"],
  ])("%s, nothing is deleted, the functions run again, and the next run does all of it", async (_, operation) => {
    await deploy();
    killAt(operation);
    expect((await destroy()).exitCode).toBe(EXIT.failed);
    expect([life.applied("staging").length, images.length, exportsMade()]).toEqual([3, 2, []]);
    fault = undefined;
    expect((await destroy()).exitCode).toBe(EXIT.done);
    expect([life.applied("staging"), life.applied("staging-ecr"), exportsMade().length]).toEqual([[], [], 1]);
  });

  test("when the export failed, the functions are let run again", async () => {
    await deploy();
    killAt("Scan");
    await destroy();
    expect(calls.slice(-2)).toEqual(["PUT blogapp-staging-api", "DELETE blogapp-staging-api"]);
  });

  test.each([0, 1, 2])("after %i of the application's resources, the next run deletes the rest", async (count) => {
    await deploy();
    life.terraform.killAfter = count;
    expect((await destroy()).exitCode).toBe(EXIT.failed);
    expect(images).toHaveLength(2);
    life.terraform.killAfter = undefined;
    life.time += 1;
    expect((await destroy()).exitCode).toBe(EXIT.done);
    expect([life.applied("staging"), life.applied("staging-ecr"), images]).toEqual([[], [], []]);
    // The first one holds everything.
    expect(exportsMade().length).toBeGreaterThan(0);
  });

  test("between the images and the repository, or before the ledger is written, the next run goes on", async () => {
    await deploy();
    killAt("BatchDeleteImage");
    expect((await destroy()).exitCode).toBe(EXIT.failed);
    expect(life.applied("staging")).toEqual([]);
    fault = undefined;
    life.aws.onPut = (key) => (key.endsWith("000003.json") ? undefined : "drop before");
    life.time += 1;
    await destroy();
    life.aws.onPut = undefined;
    life.time += 1;
    const last = await destroy();
    expect([last.exitCode, life.applied("staging-ecr")]).toEqual([EXIT.done, []]);
    expect((await releases()).current).toBeUndefined();
  });
});

describe("a restore", () => {
  async function exported(): Promise<string> {
    await deploy();
    await destroy();
    const [file = ""] = exportsMade();
    for (const name of [posts, comments]) await database.call("DeleteTable", { TableName: name });
    database.clock.advance(60_000);
    for (const name of [posts, comments]) await createTable(database, name, ["id:S"]);
    await deploy();
    return file;
  }

  test("brings back every item with every digit and byte, and a second one keeps what is there", async () => {
    const before = byId(await rows(posts));
    const file = await exported();
    expect(await rows(posts)).toEqual([]);
    const restored = JSON.parse((await restore(file)).stdout.text);
    expect(restored.restored).toContainEqual({ table: posts, written: 2, kept: 0, expired: 0 });
    expect(byId(await rows(posts))).toEqual(before);
    await database.call("PutItem", { TableName: posts, Item: { id: { S: "1" }, changed: { BOOL: true } } });
    const again = JSON.parse((await restore(file)).stdout.text);
    expect(again.restored).toContainEqual({ table: posts, written: 0, kept: 2, expired: 0 });
    expect(byId(await rows(posts))[0]).toEqual({ id: { S: "1" }, changed: { BOOL: true } });
    await restore(file, "--overwrite");
    expect(byId(await rows(posts))).toEqual(before);
  });

  test("takes the export from the bucket, on a machine that does not have it", async () => {
    const before = byId(await rows(posts));
    const file = await exported();
    const address = `s3://${bucket}/blogapp/staging/exports/${path.basename(file)}`;
    fs.rmSync(file);
    expect((await restore(address)).exitCode).toBe(EXIT.done);
    expect(byId(await rows(posts))).toEqual(before);
    expect(exportsMade()).toEqual([file]);
    expect((await restore(`${address}.bak`)).stderr.text).toContain(
      `export: "${address}.bak" is not there; name one that \`terrace destroy\` listed, or a file`,
    );
  });

  test.each([1, 2])("that fails at write %i is run again, and then all is there", async (number) => {
    const before = byId(await rows(posts));
    const file = await exported();
    let writes = 0;
    fault = (operation) => {
      if (operation.endsWith("PutItem") && ++writes >= number) throw new Refusal("AccessDeniedException");
    };
    expect((await restore(file)).exitCode).toBe(EXIT.failed);
    fault = undefined;
    expect((await restore(file)).exitCode).toBe(EXIT.done);
    expect(byId(await rows(posts))).toEqual(before);
  });

  test("of a damaged file, or into tables of other keys, writes nothing", async () => {
    const file = await exported();
    const damaged = path.join(life.root, "damaged.jsonl.gz");
    fs.writeFileSync(damaged, fs.readFileSync(file).subarray(0, -20));
    expect((await restore(damaged)).stderr.text).toContain("is damaged");
    await database.call("DeleteTable", { TableName: posts });
    database.clock.advance(60_000);
    await createTable(database, posts, ["other:S"]);
    const refused = await restore(file);
    expect([refused.exitCode, refused.stderr.text]).toEqual([
      EXIT.refused,
      expect.stringContaining(`table: "${posts}" has other keys than the exported table`),
    ]);
    expect(await rows(comments)).toEqual([]);
  });
});
