import { createPublicKey } from "node:crypto";
import { isObject, type Json } from "../shared/json";
import { damagedSecrets, readSecretFile, writeSecretFile } from "../shared/secret-file";

/** A key that ID tokens are signed with. */
export interface SigningKey {
  /** In PEM. */
  readonly privateKey: string;
  /** The time from which on verifiers could see its certificate, in epoch seconds. */
  readonly publishedAt: number;
}

const LOSS = "ID tokens issued before are then refused.";

/**
 * Loads the keys of the identity provider, newest first. There are none if there is no file.
 *
 * @throws StartError if the file is damaged or cannot be read
 */
export function loadSigningKeys(file: string): SigningKey[] {
  const stored = readSecretFile(file, LOSS);
  if (stored === undefined) return [];
  const { keys, ...others } = stored;
  const valid = Array.isArray(keys) ? keys.filter(isSigningKey) : [];
  if (!Array.isArray(keys) || keys.length === 0 || valid.length < keys.length || Object.keys(others).length > 0)
    throw damagedSecrets(file, LOSS);
  return valid;
}

/** Stores the keys. @throws StartError if the folder cannot be written to */
export function saveSigningKeys(file: string, keys: readonly SigningKey[]): void {
  writeSecretFile(file, { keys: keys.map((key) => ({ ...key })) });
}

/** Returns the public key of a signing key, in PEM. */
export function publicKey({ privateKey }: SigningKey): string {
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
}

function isSigningKey(value: Json): value is Json & SigningKey {
  if (!isObject(value)) return false;
  const { privateKey, publishedAt } = value;
  if (typeof privateKey !== "string" || typeof publishedAt !== "number") return false;
  try {
    createPublicKey(privateKey);
    return true;
  } catch {
    return false;
  }
}
