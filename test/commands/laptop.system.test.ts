import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { addDataCommand } from "../../commands/data";
import { addDeployCommand } from "../../commands/deploy";
import { addDestroyCommand } from "../../commands/destroy";
import { EXIT } from "../../commands/errors/exit-codes";
import { addRestoreCommand } from "../../commands/restore";
import { readDefinition } from "../../local/definition/definition";
import { createTables } from "../../local/dynamodb/tables/definition";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import { systemClock } from "../../local/shared/clock";
import type { JsonObject } from "../../local/shared/json";
import { root, stackFile } from "../behaviour/addresses.mjs";
import { type Database, openDatabase } from "../local/dynamodb/database";
import { signedInAs } from "../local/signed-in-as";
import { beginLife, type Life, withoutImage } from "../support/doubles/clones/life";
import { FakeHost } from "../support/doubles/host";
import { dynamo } from "../support/doubles/servers/dynamo";

const text = (environment: string) => fs.readFileSync(stackFile(environment), "utf8");

let folder: string;
let life: Life;
/** DynamoDB of the account, with staging's tables. */
let account: Database;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-laptop-"));
  life = await beginLife();
  account = await openDatabase();
  life.resources = { aws_dynamodb_table: JSON.parse(text("staging")).resource.aws_dynamodb_table };
  const { tables } = readDefinition(text("staging"), stackFile("staging"));
  await createTables(account.engine, tables, account.folder);
  life.aws.answer = async (operation, input) => {
    const [service = "", name = ""] = operation.split(".");
    return service.startsWith("DynamoDB") ? dynamo(account, name, input) : { imageIds: [] };
  };
});
afterEach(async () => {
  await account.close();
  await life.end();
  for (const each of [account.folder, folder]) fs.rmSync(each, { recursive: true });
});

const onLaptop = async <T>(data: string, use: (cloud: LocalCloud) => Promise<T>): Promise<T> => {
  const cloud = await startLocalCloud({
    definition: stackFile("development"),
    dist: path.join(root, "dist"),
    data: path.join(folder, data),
    ports: { api: 0, gateway: 0, dynamodb: 0 },
  });
  try {
    return await use(cloud);
  } finally {
    await cloud.stop();
  }
};
const write = (title: string) => (cloud: LocalCloud) =>
  signedInAs("alice", cloud).then((user) =>
    fetch(`${cloud.apiUrl}/api/v1/posts`, {
      method: "POST",
      body: JSON.stringify({ title, content: "from here to there" }),
      headers: { "content-type": "application/json", ...user },
    }),
  );
const titles = async ({ apiUrl }: LocalCloud) => {
  const { items } = (await (await fetch(`${apiUrl}/api/v1/posts`)).json()) as { items: { title: string }[] };
  return items.map(({ title }) => title);
};
const data = async (...words: string[]) => {
  const host = new FakeHost();
  const definition = () => stackFile("development");
  await host.run(
    (program) => addDataCommand(program, { root: folder, clock: systemClock, host, definition }),
    "data",
    ...words,
  );
  expect([host.exitCode, host.stderr.text]).toEqual([EXIT.done, ""]);
};
const staging = (add: Parameters<Life["run"]>[0], command: string, ...words: string[]) =>
  life.run(add, command, "staging", ...words, "--yes", "--json");

test("a post of the laptop goes into an environment, and from what is exported there onto another laptop", async () => {
  expect((await onLaptop("one", write("Hello"))).status).toBe(201);
  const here = path.join(folder, "here.jsonl.gz");
  await data("--data", path.join(folder, "one"), "export", here);
  await staging(withoutImage(addDeployCommand), "deploy", "--no-gate");
  const restored = JSON.parse((await staging(addRestoreCommand, "restore", here)).stdout.text).restored;
  expect(restored).toContainEqual({ table: "blogapp-staging-posts", written: 1, kept: 0, expired: 0 });
  const { Items } = await account.call("Scan", { TableName: "blogapp-staging-posts" });
  expect(Items as JsonObject[]).toMatchObject([{ title: { S: "Hello" } }]);
  const there = path.join(folder, "there.jsonl.gz");
  await staging(addDestroyCommand, "destroy", "--export", there);
  await data("--data", path.join(folder, "two"), "import", there);
  await onLaptop("two", async (cloud) => {
    expect(await titles(cloud)).toEqual(["Hello"]);
    // What came from elsewhere is written on here: its index and its stream are as good as new.
    await write("World")(cloud);
    expect(await titles(cloud)).toEqual(["World", "Hello"]);
  });
});
