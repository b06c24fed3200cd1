import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { StartError } from "../../../local/shared/errors";
import { parseSecrets, readSecretFile, writeSecretFile } from "../../../local/shared/secret-file";

const LOSS = "Something is then refused.";
const REMEDY = `move it away to start with a new one. ${LOSS}`;
const DAMAGED = `is damaged: put back a copy of it, or ${REMEDY}`;
const secrets = { one: { id: "A", secret: "s3cret" } };

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-secrets-"));
  file = path.join(folder, "data", "secrets.json");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));
/** What is read from these bytes as the secret, or why they are refused. */
function outcome(bytes: Buffer): string {
  try {
    return JSON.stringify(parseSecrets(bytes, file, LOSS).one);
  } catch (error) {
    return error instanceof StartError ? error.message.replace(`${file} `, "") : String(error);
  }
}
const failing = (code: string) => () => {
  throw Object.assign(new Error(`${code}: it failed`), { code });
};

describe("a file of secrets", () => {
  test("is read as it was written, and only by its owner", () => {
    writeSecretFile(file, secrets);
    expect(readSecretFile(file, LOSS)).toEqual(secrets);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(path.dirname(file))).toEqual(["secrets.json"]);
  });

  test("need not be there", () => {
    expect(readSecretFile(file, LOSS)).toBeUndefined();
  });

  test("is never taken for another when any one of its bits is flipped", () => {
    writeSecretFile(file, secrets);
    const whole = fs.readFileSync(file);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // A flipped bit in white space is harmless; one in the name of the checksum leaves a member too many.
      expect([DAMAGED, JSON.stringify(secrets.one)]).toContain(outcome(flipped));
    }
  });

  test("is refused when it is cut off anywhere, and stays as it is", () => {
    writeSecretFile(file, secrets);
    const whole = fs.readFileSync(file);
    for (let length = 0; length < whole.length - 1; length++) expect(outcome(whole.subarray(0, length))).toBe(DAMAGED);
    for (const length of [0, 50, whole.length - 2]) {
      fs.writeFileSync(file, whole.subarray(0, length));
      expect(() => readSecretFile(file, LOSS)).toThrow(`${file} ${DAMAGED}`);
      expect(fs.readFileSync(file)).toHaveLength(length);
    }
  });

  test("is refused when it is a folder", () => {
    fs.mkdirSync(file, { recursive: true });
    expect(() => readSecretFile(file, LOSS)).toThrow(new StartError(`${file} is a folder and not a file: ${REMEDY}`));
    expect(fs.statSync(file).isDirectory()).toBe(true);
  });

  test("is refused when it may not be read", () => {
    const reading = jest.spyOn(fs, "readFileSync").mockImplementation(failing("EACCES"));
    expect(() => readSecretFile(file, LOSS)).toThrow(
      new StartError(`${file} cannot be read (EACCES: it failed): make it readable, or ${REMEDY}`),
    );
    reading.mockRestore();
  });

  test.each(["ENOSPC", "EROFS", "EACCES"])("that cannot be written (%s) stays as it was, with what to do", (code) => {
    writeSecretFile(file, secrets);
    const writing = jest.spyOn(fs, "writeFileSync").mockImplementation(failing(code));
    expect(() => writeSecretFile(file, {})).toThrow(
      new StartError(
        `${file} cannot be written (${code}: it failed): free space or make its folder writable, ` +
          "or set TERRACE_DATA to another folder.",
      ),
    );
    writing.mockRestore();
    expect(readSecretFile(file, LOSS)).toEqual(secrets);
    expect(fs.readdirSync(path.dirname(file))).toEqual(["secrets.json"]);
  });
});
