import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readDefinition } from "../../../local/definition/definition";
import { DEVELOPER, loadAccessKeys } from "../../../local/iam/access-keys";
import { FILE } from "../definition/synthesized";

const { functions, place } = readDefinition(fs.readFileSync(FILE, "utf8"), FILE);
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-keys-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));
const read = () => loadAccessKeys(path.join(folder, "credentials.json"), functions, place);

test("gives the developer and every function a key of their own", () => {
  const keys = read();
  expect([...keys.keys()]).toEqual([DEVELOPER, ...functions.map(({ name }) => name)]);
  expect(new Set([...keys.values()].map(({ accessKeyId }) => accessKeyId)).size).toBe(keys.size);
  expect(new Set([...keys.values()].map(({ secretAccessKey }) => secretAccessKey)).size).toBe(keys.size);
  for (const { accessKeyId } of keys.values()) expect(accessKeyId).toMatch(/^A(KI|SI)A[0-9A-F]{16}$/);
});

test("knows who a key belongs to and what that identity may do", () => {
  const keys = read();
  expect(keys.get(DEVELOPER)).toMatchObject({
    sessionToken: undefined,
    identity: { arn: "arn:aws:iam::000000000000:user/developer", policy: undefined },
  });
  const name = "blogapp-development-websocket-connect";
  expect(keys.get(name)).toMatchObject({
    sessionToken: expect.any(String),
    identity: { arn: `arn:aws:sts::000000000000:assumed-role/${name}/${name}`, policy: expect.anything() },
  });
});

test("keeps the keys for the next run, in a file that only its owner can read", () => {
  const before = [...read().values()].map(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey]);
  expect(fs.statSync(path.join(folder, "credentials.json")).mode & 0o777).toBe(0o600);
  expect([...read().values()].map(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey])).toEqual(
    before,
  );
});

test("makes other keys in another folder", () => {
  const first = read().get(DEVELOPER)?.secretAccessKey;
  fs.rmSync(path.join(folder, "credentials.json"));
  expect(read().get(DEVELOPER)?.secretAccessKey).not.toBe(first);
});

test.each(["", "{", "{}", "[]", '{"developer":{}}', '{"developer":{"accessKeyId":1,"secretAccessKey":"x"}}'])(
  "refuses a damaged file and says what to do: %s",
  (text) => {
    fs.writeFileSync(path.join(folder, "credentials.json"), text);
    expect(read).toThrow(/credentials\.json is damaged: delete it, and new local keys are made\.$/);
  },
);
