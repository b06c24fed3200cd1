import { createSecretKey, type KeyObject } from "node:crypto";
import { SigningUnavailable } from "../errors";
import type { GenerateMac } from "./generate-mac";

/** A key for HMAC-SHA256. It is the same in every instance of the function. */
export interface DerivedKey {
  /** The month that the key is for, in UTC: `2026-11`. */
  readonly version: string;
  readonly key: KeyObject;
}

export interface SigningKey {
  /**
   * Returns the key to sign with now.
   *
   * @throws SigningUnavailable
   */
  current(): Promise<DerivedKey>;
  /**
   * Returns the key that something was signed with, or undefined unless it is this or last month's.
   *
   * @throws SigningUnavailable
   */
  byVersion(version: string): Promise<DerivedKey | undefined>;
}

/** The longest that a request waits for KMS, all of the client's attempts together. KMS answers in milliseconds. */
const DEADLINE_MILLISECONDS = 3_000;
const KEY_BYTES = 32;

/**
 * Derives keys from a KMS key, one for each month, so that a key that leaks from the memory of an instance is of no
 * use for long. The KMS key itself never has to be replaced, and nobody has to do anything.
 *
 * KMS is asked when a key is first needed, once for each month; its answer to one message is always the same
 * (https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html names this use). A failure is not remembered.
 *
 * @param keyId ARN of a KMS key of the kind HMAC_256
 * @param purpose sets the keys for one use apart from those for every other
 * @param now milliseconds since 1 January 1970 UTC
 */
export function createSigningKey({
  keyId,
  generateMac,
  purpose = "cursor",
  now = Date.now,
}: {
  readonly keyId: string;
  readonly generateMac: GenerateMac;
  readonly purpose?: string;
  readonly now?: () => number;
}): SigningKey {
  const keys = new Map<string, Promise<DerivedKey>>();

  async function derive(version: string): Promise<DerivedKey> {
    const message = Buffer.from(`terrace/${purpose}/v1/${version}`);
    try {
      const bytes = await beforeDeadline((signal) => generateMac(keyId, message, signal));
      if (bytes?.length !== KEY_BYTES)
        throw new Error(
          `GenerateMac answered ${bytes?.length ?? 0} bytes, not ${KEY_BYTES}: the key must be of the kind HMAC_256.`,
        );
      return { version, key: createSecretKey(bytes) };
    } catch (error) {
      throw new SigningUnavailable(error);
    }
  }

  function once(version: string, valid: readonly string[]): Promise<DerivedKey> {
    const known = keys.get(version);
    if (known) return known;
    for (const old of keys.keys()) if (!valid.includes(old)) keys.delete(old);
    const key = derive(version);
    keys.set(version, key);
    key.catch(() => keys.delete(version));
    return key;
  }

  return {
    async current() {
      const valid = versionsAt(now());
      return once(valid[0], valid);
    },
    async byVersion(version) {
      const valid = versionsAt(now());
      return valid.includes(version) ? once(version, valid) : undefined;
    },
  };
}

/** Returns the names of this month and of the one before. */
function versionsAt(time: number): readonly [string, string] {
  const date = new Date(time);
  const month = (offset: number) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset)).toISOString().slice(0, "yyyy-mm".length);
  return [month(0), month(-1)];
}

/** Rejects, and aborts the call, if the call takes longer than a request may wait for KMS. */
async function beforeDeadline<Answer>(call: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`KMS did not answer within ${DEADLINE_MILLISECONDS} ms.`));
      controller.abort();
    }, DEADLINE_MILLISECONDS);
  });
  try {
    return await Promise.race([call(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
