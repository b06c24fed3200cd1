import assert from "node:assert/strict";
import fs from "node:fs";
import { EXIT } from "../../../commands/errors/exit-codes";
import { ELSEWHERE, HERE, type Teller } from "./teller";

/** A second environment, in another region of the account, whose first deployment is interrupted. */
export async function deployElsewhere(teller: Teller): Promise<void> {
  const { account, built } = teller.stage;
  await teller.step("an environment in another region of the account is prepared and planned", async () => {
    await teller.terrace(EXIT.done, ["bootstrap", "development", "--yes"]);
    await teller.terrace(EXIT.attention, ["diff", "development"]);
  });
  await teller.step("its first deployment is interrupted, leaves no lock, and the same command goes on", async () => {
    const interrupted = await teller.terrace(EXIT.interrupted, ["deploy", "development", "--yes", "--no-gate"], {
      signal: { name: "SIGINT", at: "created aws_dynamodb_table" },
    });
    assert.match(interrupted.progress, /Stopping: what is under way is finished first/);
    assert.deepEqual(
      [...account.s3.objects.keys()].filter((key) => key.endsWith(".tflock")),
      [],
    );
    const did = [...interrupted.did, ...(await teller.deploy("development")).did];
    assert.ok(did.includes("created aws_lambda_function.api") && did.every((what) => what.startsWith("created ")));
    assert.equal(new Set(did).size, did.length, "something was made twice");
  });
  await teller.step("its image is a copy of staging's, and was built nowhere else", async () => {
    assert.equal(await teller.image("development", ELSEWHERE), await teller.image());
    assert.equal(built.length, 2);
  });
}

/** An environment is destroyed and restored; then both are destroyed. */
export async function destroyAndRestore(teller: Teller): Promise<void> {
  const { account } = teller.stage;
  const items = ["1", "2"].map((number) => ({ id: { S: number }, title: { S: `number ${number}` } }));
  const posts = { TableName: "blogapp-staging-posts" };
  let exported = "";
  await teller.step("staging is destroyed, its tables exported, its images deleted", async () => {
    for (const Item of items) await account.tables.call(HERE, "PutItem", { ...posts, Item });
    await teller.terrace(EXIT.attention, ["destroy", "staging", "--dry-run"]);
    const { json } = await teller.terrace(EXIT.done, ["destroy", "staging", "--yes"]);
    [exported = ""] = json.exported ?? [];
    assert.ok(fs.existsSync(exported) && json.destroyed);
    assert.ok(account.lambdaCalls.includes("PUT blogapp-staging-api"));
    assert.deepEqual(account.states.of("aws_dynamodb_table", HERE), []);
    assert.deepEqual(await account.images(HERE, "blogapp-staging-api"), []);
    assert.deepEqual((await teller.terrace(EXIT.done, ["destroy", "staging", "--yes"])).did, []);
  });
  await teller.step("which the other environment does not notice", async () => {
    await teller.terrace(EXIT.done, ["diff", "development"]);
  });
  await teller.step(
    "deployed from nothing once more, the command is killed, and Terraform goes on to its end",
    async () => {
      const signal = { name: "SIGKILL", at: "created aws_lambda_function" } as const;
      await teller.terrace(null, ["deploy", "staging", "--yes", "--no-gate"], { signal });
      await account.s3.unlocked();
      // What is left is the ledger: its last entry was written before the apply.
      const { json, did } = await teller.deploy("staging");
      assert.deepEqual([json.deployed, json.release?.status, did], [true, "deployed", []]);
    },
  );
  await teller.step("restored, it has its items, and a second time nothing is written over", async () => {
    await teller.terrace(EXIT.done, ["restore", "staging", exported, "--yes"]);
    const { Items } = (await account.tables.call(HERE, "Scan", posts)) as { readonly Items: typeof items };
    assert.deepEqual(
      Items.toSorted((one, other) => one.id.S.localeCompare(other.id.S)),
      items,
    );
    const { json } = await teller.terrace(EXIT.done, ["restore", "staging", exported, "--yes"]);
    assert.equal(json.restored?.find(({ table }) => table === posts.TableName)?.kept, items.length);
  });
  await teller.step("both destroyed, no state knows of anything", async () => {
    for (const name of ["staging", "development"]) await teller.terrace(EXIT.done, ["destroy", name, "--yes"]);
    for (const region of [HERE, ELSEWHERE]) assert.deepEqual(account.states.of("aws_iam_role", region), []);
  });
}
