import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { loadSigningKeys, publicKey, saveSigningKeys } from "../../../local/identity/signing-keys";

const { privateKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const keys = [{ privateKey, publishedAt: 1_800_000_000 }];

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-signing-keys-"));
  file = path.join(folder, "identity-provider.json");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test("keys that were saved are loaded, and without a file there are none", () => {
  expect(loadSigningKeys(file)).toEqual([]);
  saveSigningKeys(file, keys);
  expect(loadSigningKeys(file)).toEqual(keys);
});

test("keys that an older version saved, without a checksum, are loaded", () => {
  fs.writeFileSync(file, JSON.stringify({ keys }));
  expect(loadSigningKeys(file)).toEqual(keys);
});

test("the public key of a key is shown without the private part", () => {
  expect(publicKey({ privateKey, publishedAt: 0 })).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
});

test.each([
  "{}",
  '{"keys":[]}',
  '{"keys":{}}',
  '{"keys":[{"privateKey":7,"publishedAt":1}]}',
  '{"keys":[{"privateKey":"PEM","publishedAt":1}]}',
  JSON.stringify({ keys, other: 1 }),
  JSON.stringify({ keys: [{ privateKey }] }),
])("a file that holds %j is damaged", (content) => {
  fs.writeFileSync(file, content);
  expect(() => loadSigningKeys(file)).toThrow(`${file} is damaged: put back a copy of it, or move it away`);
  expect(fs.readFileSync(file, "utf8")).toBe(content);
});
