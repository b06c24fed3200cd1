import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { seededRandom } from "../../bench/broadcast-simulation/random";
import { lazily } from "../../build/lazily.mjs";
import { addDeployCommand } from "../../commands/deploy";
import { EXIT } from "../../commands/errors/exit-codes";
import { Ledger } from "../../commands/releases/ledger";
import { currentRelease } from "../../commands/releases/release";
import { openExport, writeExport } from "../../local/data/export-format";
import type { JsonObject } from "../../local/shared/json";
import { createTable, type Database, openDatabase } from "../local/dynamodb/database";
import { beginLife, bucket, type Life, withoutImage } from "../support/doubles/clones/life";
import { dynamo } from "../support/doubles/servers/dynamo";

// Each command runs in a process of its own, which is killed when it asks AWS for something, before that has its effect or
// after, or when Terraform comes to a resource, which then goes on to its end. Then the command is typed again, and may be
// killed again. TERRACE_KILLS=20 tries that many seeds of each, from TERRACE_SEED on.
const { TERRACE_KILLS, TERRACE_SEED } = process.env;
const seeds = Array.from({ length: Number(TERRACE_KILLS ?? 1) }, (_, index) => Number(TERRACE_SEED ?? 1) + index);

/** Of one command; the last try is let be. */
const KILLS = 3;
/** Requests and resources of a command: few more than it has, so that it is killed nearly always. */
const STEPS = { deploy: 16, rollback: 17, destroy: 23, restore: 26 };

const POSTS = "blogapp-staging-posts";
const items = Array.from({ length: 20 }, (_, index) => ({ id: { S: `post ${index}` }, number: { N: String(index) } }));

let bundle: string;
let life: Life;
let database: Database;
let images: string[];
let ledger: Ledger;

beforeAll(async () => {
  const outdir = path.resolve(__dirname, "../../.terrace/test");
  bundle = path.join(outdir, `life-${process.pid}.cjs`);
  const entryPoints = [path.resolve(__dirname, "../support/doubles/clones/process.ts")];
  // As the commands are bundled, so that it starts as soon.
  const banner = { js: lazily };
  await build({
    entryPoints,
    outfile: bundle,
    bundle: true,
    banner,
    platform: "node",
    format: "cjs",
    packages: "external",
  });
});
afterAll(() => fs.rmSync(bundle, { force: true }));
beforeEach(async () => {
  life = await beginLife();
  database = await openDatabase();
  images = ["sha256:1"];
  life.aws.answer = async (operation, input) => {
    const [service = "", name = ""] = operation.split(".");
    if (service.startsWith("DynamoDB")) return dynamo(database, name, input);
    if (name === "BatchDeleteImage") images = [];
    return name === "ListImages" ? { imageIds: images.map((imageDigest) => ({ imageDigest })) } : {};
  };
  await createTable(database, POSTS, ["id:S"]);
  const endpoint = life.aws.url;
  ledger = new Ledger(new S3Client({ endpoint, region: "ap-northeast-1" }), bucket, "blogapp/staging/");
  code("1");
});
afterEach(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
  await life.end();
});

/** What the checkout holds from now on. */
function code(version: string): void {
  const named = (name: string) => ({ function_name: `blogapp-staging-${name}`, code: version, timeout: 15 });
  life.resources = {
    aws_dynamodb_table: { posts: { name: POSTS, deletion_protection_enabled: false } },
    aws_lambda_function: { a: named("a"), b: named("b"), [`only-in-${version}`]: named("c") },
  };
}
/** The addresses that the checkout wants applied. */
const wanted = () =>
  Object.entries(life.resources).flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`));

interface Ended {
  readonly killed: boolean;
  readonly code: number | null;
  readonly said: string;
}

/** Runs a command and kills it at a request of its own, or a resource of its Terraform. */
async function runKilled(words: readonly string[], at: number, fault: "drop before" | "drop after"): Promise<Ended> {
  const child = life.start(bundle, ...words);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  let count = 0;
  const step = () => ++count === at && child.kill("SIGKILL");
  life.aws.onRequest = () => (step() ? fault : undefined);
  life.terraform.onStep = step;
  const [code, signal] = await once(child, "close");
  return { killed: signal === "SIGKILL", code, said };
}

/** Types a command until it comes to its end, and looks at everything after each time that it was killed. */
async function insist(seed: number, command: keyof typeof STEPS, ...words: readonly string[]): Promise<void> {
  const random = seededRandom(seed);
  for (let kills = 0; ; ) {
    const at = kills < KILLS ? 1 + Math.floor(random() * STEPS[command]) : Number.POSITIVE_INFINITY;
    life.time += 60_000;
    const ended = await runKilled([command, ...words, "--yes"], at, random() < 0.5 ? "drop before" : "drop after");
    await checkLedger();
    await checkItems();
    if (ended.killed) kills++;
    else if (ended.code === EXIT.done) return;
    else throw new Error(ended.said);
  }
}

/** Every number is given once, and what was deployed can be deployed again. */
async function checkLedger(): Promise<void> {
  const releases = await ledger.all();
  expect(releases.map(({ number }) => number)).toEqual(releases.map((_, index) => index + 1));
  for (const { status, bundle: kept } of releases) if (status === "deployed") await ledger.kept(kept ?? "");
}

/** A table that Terraform deleted is in an export, with every item, here and in the bucket. */
async function checkItems(): Promise<void> {
  const known = life.applied("staging");
  if (known.length === 0 || known.includes("aws_dynamodb_table.posts")) return;
  expect(await exportedIds()).toEqual(await idsIn());
}
async function exportedIds(): Promise<string[]> {
  const folder = path.join(life.root, ".terrace/exports");
  const ids = new Set<string>();
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".gz"))) {
    for await (const line of (await openExport(path.join(folder, name))).lines)
      if ("item" in line) ids.add(String((line.item.id as JsonObject).S));
    const copy = life.aws.objects.get(`${bucket}/blogapp/staging/exports/${name}`);
    if (copy) expect(copy.equals(fs.readFileSync(path.join(folder, name)))).toBe(true);
  }
  return [...ids].sort();
}
async function idsIn(): Promise<string[]> {
  const { Items } = await database.call("Scan", { TableName: POSTS });
  return (Items as JsonObject[]).map(({ id }) => String((id as JsonObject).S)).sort();
}

const deployHere = () => life.run(withoutImage(addDeployCommand), "deploy", "staging", "--no-gate", "--yes", "--json");

describe.each(seeds)("killed at random and typed again (seed %i),", (seed) => {
  test("a deployment is made once, whole, and in the ledger", async () => {
    await deployHere();
    code("2");
    await insist(seed, "deploy", "staging", "--no-gate");
    expect(life.applied("staging")).toEqual(wanted().sort());
    const release = currentRelease(await ledger.all());
    expect(release).toMatchObject({ status: "deployed", action: "deploy" });
    expect(JSON.parse((await deployHere()).stdout.text)).toMatchObject({ deployed: false });
  });

  test("a first deployment is, too", async () => {
    await insist(seed, "deploy", "staging", "--no-gate");
    expect(life.applied("staging")).toEqual(wanted().sort());
    expect(life.applied("staging-ecr")).toEqual(["aws_ecr_repository.api"]);
    expect(currentRelease(await ledger.all())).toMatchObject({ status: "deployed" });
  });

  test("a rollback to a named release is whole, and what was deployed there is what is there", async () => {
    await deployHere();
    const [first] = await ledger.all();
    code("2");
    await deployHere();
    await insist(seed, "rollback", "staging", "1", "--no-gate");
    code("1");
    expect(life.applied("staging")).toEqual(wanted().sort());
    expect(currentRelease(await ledger.all())?.bundle).toBe(first?.bundle);
  });

  test("a destruction leaves nothing but exports that hold every item", async () => {
    for (const Item of items) await database.call("PutItem", { TableName: POSTS, Item });
    await deployHere();
    await insist(seed, "destroy", "staging");
    expect([life.applied("staging"), life.applied("staging-ecr"), images]).toEqual([[], [], []]);
    expect(await exportedIds()).toEqual(items.map(({ id }) => id.S).sort());
    expect(currentRelease(await ledger.all())).toBeUndefined();
  });

  test("a restore brings back every item once", async () => {
    await deployHere();
    const file = path.join(life.root, "export.jsonl.gz");
    const place = { partition: "aws", region: "ap-northeast-1", account: "123456789012", suffix: "amazonaws.com" };
    await writeExport(file, place, lines());
    await insist(seed, "restore", "staging", file);
    expect(await idsIn()).toEqual(items.map(({ id }) => id.S).sort());
  });
});

async function* lines() {
  const table = { TableName: POSTS, KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] };
  yield { table };
  for (const item of items) yield { item };
}
