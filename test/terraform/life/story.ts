import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { EXIT } from "../../../commands/errors/exit-codes";
import type { Account } from "../../support/doubles/servers/account/account";
import type { Clone, Ended } from "./clone";

export interface Stage {
  readonly clone: Clone;
  readonly account: Account;
  /** The digests of the images that Docker built and pushed, in order. */
  readonly built: readonly string[];
}

const [HERE, ELSEWHERE] = ["ap-northeast-1", "eu-west-1"] as const;
const YES = ["--yes", "--no-gate"];
const CONNECT = ["changed aws_lambda_function.connect"];
const API = ["changed aws_lambda_function.api"];
const repository = "blogapp-staging-api";

/** Tells the life of two environments in one account, from an empty one to an empty one. */
export async function tell({ clone, account, built }: Stage): Promise<void> {
  let last: Ended | undefined;
  const terrace = async (
    exitCode: number,
    words: readonly string[],
    ...more: Parameters<Clone["terrace"]> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    last = await clone.terrace(words, ...more);
    assert.equal(last.status, exitCode, `terrace ${words.join(" ")} ended with ${last.status}`);
    return last;
  };
  const step = async (title: string, take: () => Promise<void>) => {
    const began = performance.now();
    try {
      last = undefined;
      await take();
    } catch (error) {
      console.log(`failed  ${title}\n${last ? `${last.progress}\n${JSON.stringify(last.json, null, 2)}` : ""}`);
      throw error;
    }
    console.log(`passed  ${title} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  };
  const deploy = (name: string, variables: NodeJS.ProcessEnv = {}) =>
    terrace(EXIT.done, ["deploy", name, ...YES], variables);
  /** The digest that the function runs, of which the registry has to have the image. */
  const running = async (name = "staging", region: string = HERE) => {
    const api = account.states
      .of("aws_lambda_function", region)
      .find(({ attributes }) => attributes.function_name === `blogapp-${name}-api`);
    const digest = String(api?.attributes.image_uri).replace(/.*@/, "");
    const [found] = (await account.ecr.digests(`blogapp-${name}-api`)).filter((there) => there === digest);
    assert.equal(found, digest, "the registry does not have the image that the function runs");
    return digest;
  };

  // Nobody waits for functions that were never called.
  for (const name of ["staging", "development"])
    clone.edit(`environments/${name}.ts`, (text) =>
      text.replaceAll(/timeoutSeconds: (15|29|60)/g, "timeoutSeconds: 1"),
    );
  clone.edit("environments/development.ts", (text) => text.replace(HERE, ELSEWHERE));
  clone.commit("an environment elsewhere");

  await step("doctor says of an empty account what is missing", async () => {
    const { json } = await terrace(EXIT.attention, ["doctor", "staging"]);
    assert.ok(json.diagnoses?.some(({ subject, state }) => subject.startsWith("state bucket") && state === "wrong"));
  });
  await step("bootstrap prepares the account, and a second time changes nothing", async () => {
    await terrace(EXIT.done, ["bootstrap", "staging", "--yes", "--github", "octocat/blog"]);
    const { json } = await terrace(EXIT.done, ["bootstrap", "staging", "--github", "octocat/blog"]);
    assert.deepEqual(
      json.pieces?.flatMap(({ changes }) => changes),
      [],
    );
  });
  await step("doctor finds nothing wrong any more, but that no Docker answers", async () => {
    const { json } = await terrace(EXIT.attention, ["doctor", "staging"]);
    assert.deepEqual(
      json.diagnoses?.filter(({ subject, state }) => subject !== "image" && /wrong|unknown/.test(state)),
      [],
    );
  });
  await step("staging is deployed from nothing, and Docker builds its image", async () => {
    const { did } = await deploy("staging");
    assert.ok(did.includes("created aws_ecr_repository.api") && did.includes("created aws_lambda_function.api"));
    assert.equal(did.filter((what) => !what.startsWith("created ")).length, 0);
    assert.deepEqual(built, [await running()]);
  });
  await step("deployed again there is nothing to do, and nothing to see", async () => {
    const { json } = await deploy("staging");
    assert.equal(json.deployed, false);
    await terrace(EXIT.done, ["diff", "staging"]);
  });
  await step("an edit of one function changes one function", async () => {
    clone.edit("functions/websocket-connect.ts", (text) => `${text}\nexport const edited = true;\n`);
    clone.commit("an edit");
    assert.deepEqual((await deploy("staging")).did, CONNECT);
  });
  await step("rollback brings the function back, and the ledger tells it", async () => {
    assert.deepEqual((await terrace(EXIT.done, ["rollback", "staging", ...YES])).did, CONNECT);
    const { json } = await terrace(EXIT.done, ["releases", "staging"]);
    assert.deepEqual(
      json.releases?.map(({ action, status }) => `${action} ${status}`),
      ["rollback deployed", "deploy deployed", "deploy deployed"],
    );
    assert.equal(json.current, 3);
  });
  await step("the commit undone, what is checked out is what is deployed", async () => {
    clone.git("revert", "--no-edit", "HEAD");
    await terrace(EXIT.done, ["diff", "staging"]);
  });

  const [first = ""] = built;
  let assembled = "";
  await step("with a lock the image is assembled, and only the function changes", async () => {
    await terrace(EXIT.done, ["image", "lock"]);
    clone.commit("the lock of the base images");
    assert.deepEqual((await deploy("staging")).did, API);
    assembled = await running();
    assert.ok(assembled !== first && built.length === 1);
    assert.equal((await deploy("staging")).json.deployed, false);
  });
  await step(
    "without it Docker's image takes its place, is not built again, and only the function changes",
    async () => {
      clone.git("rm", "-q", "image/lock.json");
      clone.commit("with Docker again");
      assert.deepEqual((await deploy("staging")).did, API);
      assert.deepEqual([await running(), built.length], [first, 1]);
    },
  );
  await step("other sources of the API are another image, which Docker builds", async () => {
    clone.edit("api/lambda.ts", (text) => `${text}\nexport const edited = true;\n`);
    clone.commit("another API");
    assert.deepEqual((await deploy("staging")).did, [
      ...API,
      "created docker_image.api_image",
      "created docker_registry_image.api_image_push",
    ]);
    assert.deepEqual(built, [first, await running()]);
    assert.equal((await deploy("staging")).json.deployed, false);
  });
  await step("by digest the assembled image is back, and only the function changes", async () => {
    assert.deepEqual((await deploy("staging", { TERRACE_IMAGE_DIGEST: assembled })).did, API);
    assert.equal(await running(), assembled);
  });

  await step("a second environment in another region of the account is deployed with a copy of the image", async () => {
    await terrace(EXIT.done, ["bootstrap", "development", "--yes"]);
    const interrupted = await terrace(EXIT.interrupted, ["deploy", "development", ...YES], {}, (printed, interrupt) => {
      if (/created aws_dynamodb_table/.test(printed)) interrupt();
    });
    assert.match(interrupted.progress, /Stopping: what is under way is finished first/);
    assert.deepEqual(
      [...account.s3.objects.keys()].filter((key) => key.endsWith(".tflock")),
      [],
    );
    const { did } = await deploy("development");
    assert.ok(did.length > 0 && did.every((what) => what.startsWith("created ")));
    assert.deepEqual([built.length, built[1]], [2, await running("development", ELSEWHERE)]);
  });

  const items = [
    { id: { S: "1" }, title: { S: "one" } },
    { id: { S: "2" }, title: { S: "two" } },
  ];
  const posts = { TableName: "blogapp-staging-posts" };
  let exported = "";
  await step("staging is destroyed, its tables exported, its images deleted", async () => {
    for (const Item of items) await account.tables.call(HERE, "PutItem", { ...posts, Item });
    await terrace(EXIT.attention, ["destroy", "staging", "--dry-run"]);
    const { json } = await terrace(EXIT.done, ["destroy", "staging", "--yes"]);
    [exported = ""] = json.exported ?? [];
    assert.ok(fs.existsSync(exported) && json.destroyed);
    assert.ok(account.lambdaCalls.includes("PUT blogapp-staging-api"));
    assert.deepEqual([account.states.of("aws_dynamodb_table", HERE), await account.ecr.digests(repository)], [[], []]);
    assert.deepEqual((await terrace(EXIT.done, ["destroy", "staging", "--yes"])).did, []);
  });
  await step("which the other environment does not notice", async () => {
    await terrace(EXIT.done, ["diff", "development"]);
  });
  await step("deployed from nothing once more and restored, it has its items", async () => {
    await deploy("staging");
    await terrace(EXIT.done, ["restore", "staging", exported, "--yes"]);
    const { Items } = await account.tables.call(HERE, "Scan", posts);
    assert.deepEqual(JSON.stringify(Items), JSON.stringify(items));
    const { json } = await terrace(EXIT.done, ["restore", "staging", exported, "--yes"]);
    assert.equal(json.restored?.find(({ table }) => table === posts.TableName)?.kept, items.length);
  });
  await step("both destroyed, the account has their ledgers and nothing else of them", async () => {
    for (const name of ["staging", "development"]) await terrace(EXIT.done, ["destroy", name, "--yes"]);
    for (const region of [HERE, ELSEWHERE]) assert.deepEqual(account.states.of("aws_iam_role", region), []);
    fs.rmSync(path.dirname(exported), { recursive: true });
  });
}
