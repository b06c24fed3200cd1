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

test("keeps the keys of functions that are not in the definition any more, for the time that they are again", () => {
  const file = path.join(folder, "credentials.json");
  const [name = ""] = [...read().keys()].slice(-1);
  const before = read().get(name)?.secretAccessKey;
  const others = functions.filter((candidate) => candidate.name !== name);
  expect(loadAccessKeys(file, others, place).has(name)).toBe(false);
  expect(read().get(name)?.secretAccessKey).toBe(before);
});

test("reads a file of an older version, which has no checksum", () => {
  const file = path.join(folder, "credentials.json");
  const before = read().get(DEVELOPER)?.secretAccessKey;
  const { checksum: _, ...secrets } = JSON.parse(fs.readFileSync(file, "utf8"));
  fs.writeFileSync(file, JSON.stringify(secrets));
  expect(read().get(DEVELOPER)?.secretAccessKey).toBe(before);
});

test.each(["", "{", "{}", "[]", '{"developer":{}}', '{"developer":{"accessKeyId":1,"secretAccessKey":"x"}}'])(
  "refuses a damaged file, says what to do, and leaves it as it is: %s",
  (text) => {
    const file = path.join(folder, "credentials.json");
    fs.writeFileSync(file, text);
    expect(read).toThrow(
      /credentials\.json is damaged: put back a copy of it, or move it away to start with a new one\./,
    );
    expect(fs.readFileSync(file, "utf8")).toBe(text);
  },
);
