import { createSecretKey } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createSourceHash } from "../../../domain/admission/source";
import { SigningUnavailable } from "../../../runtime/errors";
import { recordingLog } from "../../support/doubles/log";

const keyOf = (byte: number) => ({
  current: async () => ({ version: "2026-11", key: createSecretKey(Buffer.alloc(32, byte)) }),
});

test("an address is told from others by its hash, which says nothing without the key", async () => {
  const log = recordingLog();
  const hash = createSourceHash(keyOf(1), log);
  expect(await hash("192.0.2.1")).toMatch(/^[0-9a-f]{32}$/);
  expect(await hash("192.0.2.1")).toBe(await hash("192.0.2.1"));
  expect(await hash("192.0.2.2")).not.toBe(await hash("192.0.2.1"));
  expect(await createSourceHash(keyOf(2), log)("192.0.2.1")).not.toBe(await hash("192.0.2.1"));
  expect(log.lines).toEqual([]);
});

test("an outage of KMS is logged, without the address, and leaves the hash out", async () => {
  const log = recordingLog();
  const current = async () => {
    throw new SigningUnavailable(new Error("KMS is down"));
  };
  expect(await createSourceHash({ current }, log)("192.0.2.1")).toBeUndefined();
  expect(log.lines).toMatchObject([{ level: "warn", message: "The source of a connection could not be hashed" }]);
  expect(JSON.stringify(log.lines)).not.toContain("192.0.2.1");
});
