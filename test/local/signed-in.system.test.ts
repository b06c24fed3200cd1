import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import { welcome } from "../../local/welcome";
import { signedInAs } from "./signed-in-as";

const root = path.resolve(__dirname, "../..");
let data: string;
let cloud: LocalCloud;

const start = () =>
  startLocalCloud({
    definition: path.join(root, "cdktf.out/stacks/development/cdk.tf.json"),
    dist: path.join(root, "dist"),
    data,
    ports: { api: 0, gateway: 0, dynamodb: 0 },
  });

beforeAll(async () => {
  data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-signed-in-"));
  cloud = await start();
});
afterAll(async () => {
  await cloud.stop();
  fs.rmSync(data, { recursive: true });
});

async function call(user: { readonly authorization: string }, method: string, route: string, body?: object) {
  const response = await fetch(cloud.apiUrl + route, {
    method,
    headers: { ...user, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

test("tokens and cursors from before a restart are good after it", async () => {
  const alice = await signedInAs("alice", cloud);
  for (const title of ["One", "Two"]) await call(alice, "POST", "/api/v1/posts", { title, content: "Text" });
  const page = await call(alice, "GET", "/api/v1/posts?limit=1");
  expect(page.body.items).toMatchObject([{ title: "Two" }]);
  await cloud.stop();
  cloud = await start();
  const next = await call(alice, "GET", `/api/v1/posts?limit=1&cursor=${page.body.next_cursor}`);
  expect(next).toMatchObject({ status: 200, body: { items: [{ title: "One" }] } });
});

test("what the welcome says to paste signs in and posts", async () => {
  const lines = welcome(cloud, 250).split("\n");
  const pasted = lines.filter((line) => /TOKEN=|api\/v1\/posts -H/.test(line)).join("\n");
  const { stdout } = await promisify(execFile)("sh", ["-c", pasted]);
  expect(JSON.parse(stdout)).toMatchObject({ title: "Hello", author_id: "alice" });
  expect(lines.find((line) => line.includes("/comments -H"))).toContain('-H "authorization: Bearer $TOKEN"');
});
