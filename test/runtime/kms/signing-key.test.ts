import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { SigningUnavailable } from "../../../runtime/errors";
import type { GenerateMac } from "../../../runtime/kms/generate-mac";
import { createSigningKey } from "../../../runtime/kms/signing-key";

const KEY_ID = "arn:aws:kms:eu-central-1:123456789012:key/one";
const NOVEMBER = Date.UTC(2026, 10, 15);

const macOf = (keyId: string, message: Uint8Array) => createHmac("sha256", keyId).update(message).digest();

/** A KMS that counts its calls, in front of which a test may put answers of its own. */
function kms(...first: readonly GenerateMac[]) {
  const answers = [...first];
  const messages: string[] = [];
  const generateMac: GenerateMac = async (keyId, message, signal) => {
    messages.push(Buffer.from(message).toString());
    const answer = answers.shift();
    return answer ? answer(keyId, message, signal) : macOf(keyId, message);
  };
  return { messages, generateMac };
}

function signingKey(service: { generateMac: GenerateMac }, time = NOVEMBER) {
  const clock = { time };
  return { clock, ...createSigningKey({ keyId: KEY_ID, generateMac: service.generateMac, now: () => clock.time }) };
}

const fails: GenerateMac = () => Promise.reject(new Error("throttled"));

afterEach(() => {
  jest.useRealTimers();
});

test("asks KMS for nothing before a key is needed", () => {
  const service = kms();
  signingKey(service);
  expect(service.messages).toEqual([]);
});

test("derives the month's key with one call, and the same in every instance", async () => {
  const service = kms();
  const key = signingKey(service);
  const derived = await key.current();
  expect(derived.version).toBe("2026-11");
  expect(derived.key.export()).toEqual(macOf(KEY_ID, Buffer.from("terrace/cursor/v1/2026-11")));
  expect(await key.current()).toBe(derived);
  expect(await key.byVersion("2026-11")).toBe(derived);
  expect(service.messages).toEqual(["terrace/cursor/v1/2026-11"]);

  const elsewhere = await signingKey(kms()).current();
  expect(elsewhere.key.equals(derived.key)).toBe(true);
});

test("makes one call for all that wait for a key at once", async () => {
  const service = kms();
  const key = signingKey(service);
  const derived = await Promise.all(Array.from({ length: 100 }, () => key.current()));
  expect(new Set(derived).size).toBe(1);
  expect(service.messages).toHaveLength(1);
});

test("does not show the key when it is printed", async () => {
  const derived = await signingKey(kms()).current();
  const bytes = derived.key.export();
  for (const printed of [inspect(derived, { depth: 9, showHidden: true }), JSON.stringify(derived)]) {
    expect(printed).not.toContain(bytes.toString("hex"));
    expect(printed).not.toContain(bytes.toString("base64"));
  }
});

describe("the rotation", () => {
  test("takes a new key with the first millisecond of a month", async () => {
    const key = signingKey(kms(), Date.UTC(2026, 11, 1) - 1);
    const old = await key.current();
    key.clock.time += 1;
    const next = await key.current();
    expect([old.version, next.version]).toEqual(["2026-11", "2026-12"]);
    expect(next.key.equals(old.key)).toBe(false);
    expect(await key.byVersion("2026-11")).toBe(old);
  });

  test("keeps last month's key across the turn of the year", async () => {
    const key = signingKey(kms(), Date.UTC(2027, 0, 1));
    expect((await key.byVersion("2026-12"))?.version).toBe("2026-12");
    expect((await key.current()).version).toBe("2027-01");
  });

  test("steps back by a month on its last day, whatever the months' lengths", async () => {
    const key = signingKey(kms(), Date.UTC(2026, 2, 31, 12));
    expect((await key.byVersion("2026-02"))?.version).toBe("2026-02");
  });

  test.each(["2026-09", "2026-12", "2025-11", "", "2026-1", "2026-11 ", "__proto__", "constructor"])(
    "refuses the version %j without asking KMS",
    async (version) => {
      const service = kms();
      expect(await signingKey(service).byVersion(version)).toBeUndefined();
      expect(service.messages).toEqual([]);
    },
  );

  test("forgets keys that are no longer accepted", async () => {
    const service = kms();
    const key = signingKey(service);
    await key.current();
    key.clock.time = Date.UTC(2027, 0, 15);
    await key.current();
    key.clock.time = NOVEMBER;
    await key.current();
    expect(service.messages.map((message) => message.slice(-7))).toEqual(["2026-11", "2027-01", "2026-11"]);
  });
});

describe("when KMS", () => {
  test("fails, all that wait learn it with its cause, and the next call tries again", async () => {
    const service = kms(fails);
    const key = signingKey(service);
    const outcomes = await Promise.allSettled([key.current(), key.current(), key.byVersion("2026-11")]);
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") throw new Error("a key without KMS");
      expect(outcome.reason).toBeInstanceOf(SigningUnavailable);
      expect(outcome.reason).toHaveProperty("cause.message", "throttled");
    }
    expect(service.messages).toHaveLength(1);
    await expect(key.current()).resolves.toHaveProperty("version", "2026-11");
    expect(service.messages).toHaveLength(2);
  });

  test("throws instead of rejecting, it is unavailable", async () => {
    const throws: GenerateMac = () => {
      throw new TypeError("no region");
    };
    await expect(signingKey(kms(throws)).current()).rejects.toBeInstanceOf(SigningUnavailable);
  });

  test.each([undefined, new Uint8Array(0), new Uint8Array(31), new Uint8Array(64)])(
    "answers something else than 32 bytes, it is unavailable",
    async (answer) => {
      const key = signingKey(kms(() => Promise.resolve(answer)));
      await expect(key.current()).rejects.toBeInstanceOf(SigningUnavailable);
      await expect(key.current()).resolves.toHaveProperty("version", "2026-11");
    },
  );

  test("hangs, the call is given up after three seconds and the next one tries again", async () => {
    jest.useFakeTimers();
    const signals: AbortSignal[] = [];
    const hangs: GenerateMac = (_keyId, _message, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const key = signingKey(kms(hangs));
    const outcome = key.current().catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(2_999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await jest.advanceTimersByTimeAsync(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    const error = await outcome;
    expect(error).toBeInstanceOf(SigningUnavailable);
    expect(error).toHaveProperty("cause.message", "KMS did not answer within 3000 ms.");
    await expect(key.current()).resolves.toHaveProperty("version", "2026-11");
    expect(jest.getTimerCount()).toBe(0);
  });
});
