import { randomBytes } from "node:crypto";
import { isObject, type JsonObject } from "../shared/json";
import { damagedSecrets, readSecretFile, writeSecretFile } from "../shared/secret-file";
import type { Policy } from "./policy";

/** An access key that the local cloud issued, with the identity it belongs to. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A function's key has a session token, as in Lambda; the developer's has none. */
  readonly sessionToken: string | undefined;
  readonly identity: Identity;
}

/** The IAM user or assumed role that signs requests with a key. */
export interface Identity {
  readonly arn: string;
  /** The unique id of the user, or of the role and its session. */
  readonly userId: string;
  /** The policy that limits the identity; undefined for the developer, who may do everything. */
  readonly policy: Policy | undefined;
}

/** A function, as far as its identity depends on it. */
export interface FunctionRole {
  readonly name: string;
  readonly roleName: string;
  readonly policy: Policy;
}

export const DEVELOPER = "developer";

const LOSS = "Requests signed with the local keys given out before are then refused.";

/**
 * Loads the access keys of the developer and of every function from a file in the data folder, so that a signed command
 * still works after a restart. Makes keys for those that have none; keys of functions that are not in the definition
 * stay in the file for a definition that has them again.
 *
 * @returns the keys by the name of their function, and the developer's by {@link DEVELOPER}
 * @throws StartError if the file is damaged or cannot be read or written
 */
export function loadAccessKeys(
  file: string,
  functions: readonly FunctionRole[],
  { partition, account }: { readonly partition: string; readonly account: string },
): Map<string, AccessKey> {
  const stored = readStored(file);
  const developer: Identity = {
    arn: `arn:${partition}:iam::${account}:user/${DEVELOPER}`,
    userId: "AIDALOCALDEVELOPER",
    policy: undefined,
  };
  const developerSecret = stored[DEVELOPER] ?? newSecret("AKIA");
  const secrets: Record<string, Secret> = { ...stored, [DEVELOPER]: developerSecret };
  const keys = new Map<string, AccessKey>([
    [DEVELOPER, { ...developerSecret, sessionToken: undefined, identity: developer }],
  ]);
  for (const { name, roleName, policy } of functions) {
    const secret = stored[name] ?? newSecret("ASIA");
    const arn = `arn:${partition}:sts::${account}:assumed-role/${roleName}/${name}`;
    secrets[name] = secret;
    keys.set(name, {
      ...secret,
      sessionToken: `local-session-of-${name}`,
      identity: { arn, userId: `AROALOCAL:${name}`, policy },
    });
  }
  if (Object.keys(secrets).length > Object.keys(stored).length) writeSecretFile(file, { ...secrets });
  return keys;
}

interface Secret extends JsonObject {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Makes a secret whose id looks like AWS's: four letters for the kind of key and sixteen random characters. */
function newSecret(prefix: "AKIA" | "ASIA"): Secret {
  return {
    accessKeyId: prefix + randomBytes(8).toString("hex").toUpperCase(),
    secretAccessKey: randomBytes(20).toString("hex"),
  };
}

function readStored(file: string): Record<string, Secret> {
  const stored = readSecretFile(file, LOSS);
  if (stored === undefined) return {};
  const secrets: Record<string, Secret> = {};
  for (const [name, secret] of Object.entries(stored)) if (isSecret(secret)) secrets[name] = secret;
  const found = Object.keys(secrets).length;
  if (found === 0 || found < Object.keys(stored).length) throw damagedSecrets(file, LOSS);
  return secrets;
}

function isSecret(value: unknown): value is Secret {
  return isObject(value) && typeof value.accessKeyId === "string" && typeof value.secretAccessKey === "string";
}
