import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { FunctionDefinition } from "../definition/model";
import type { Place } from "../definition/terraform";
import { StartError } from "../shared/errors";
import { isObject, parseJson } from "../shared/json";
import type { Policy } from "./policy";

/** An access key that the local cloud gave out, and who it belongs to. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Functions have one, as in Lambda; the developer's key has none. */
  readonly sessionToken: string | undefined;
  readonly identity: Identity;
}

/** Whoever signed a request. */
export interface Identity {
  readonly arn: string;
  /** The unique id of the user, or of the role and its session. */
  readonly userId: string;
  /** What it may do; undefined for the developer, who may do everything. */
  readonly policy: Policy | undefined;
}

export const DEVELOPER = "developer";

/**
 * The local keys: one for the developer and one per function, random, kept in a file that only its owner can read, so
 * that a signed command still works after a restart. Throws a StartError if the file is there but unreadable.
 */
export function loadAccessKeys(
  file: string,
  functions: readonly FunctionDefinition[],
  place: Place,
): Map<string, AccessKey> {
  const saved = readSaved(file);
  const keys = new Map<string, AccessKey>();
  const secrets: Record<string, Secret> = {};
  const add = (name: string, identity: Identity, prefix: string, sessionToken?: string) => {
    const secret = saved[name] ?? newSecret(prefix);
    secrets[name] = secret;
    keys.set(name, { ...secret, sessionToken, identity });
  };
  const { partition, account } = place;
  const developer = `arn:${partition}:iam::${account}:user/${DEVELOPER}`;
  add(DEVELOPER, { arn: developer, userId: "AIDALOCALDEVELOPER", policy: undefined }, "AKIA");
  for (const { name, roleName, policy } of functions)
    add(
      name,
      {
        arn: `arn:${partition}:sts::${account}:assumed-role/${roleName}/${name}`,
        userId: `AROALOCAL:${name}`,
        policy,
      },
      "ASIA",
      `local-session-of-${name}`,
    );
  if (JSON.stringify(secrets) !== JSON.stringify(saved)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  }
  return keys;
}

interface Secret {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function newSecret(prefix: string): Secret {
  return {
    // Four letters that say what kind of key it is and sixteen random ones, as AWS's.
    accessKeyId: prefix + randomBytes(10).toString("hex").toUpperCase().slice(0, 16),
    secretAccessKey: randomBytes(20).toString("hex"),
  };
}

function readSaved(file: string): Record<string, Secret> {
  if (!fs.existsSync(file)) return {};
  const saved = parseJson(fs.readFileSync(file, "utf8"));
  const secrets = isObject(saved) ? Object.entries(saved) : [];
  const found: Record<string, Secret> = {};
  for (const [name, secret] of secrets) if (isSecret(secret)) found[name] = secret;
  if (secrets.length === 0 || Object.keys(found).length < secrets.length)
    throw new StartError(`${file} is damaged: delete it, and new local keys are made.`);
  return found;
}

function isSecret(value: unknown): value is Secret {
  return isObject(value) && typeof value.accessKeyId === "string" && typeof value.secretAccessKey === "string";
}
