import { createHash, createPublicKey, generateKeyPair, sign } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import * as z from "zod/mini";
import { type Clock, systemClock } from "../shared/clock";
import { StartError } from "../shared/errors";
import { parseJson } from "../shared/json";

/** How long a verifier may keep the certificates, and so how long a new key is shown before it signs anything. */
export const CERTIFICATES_MAX_AGE_SECONDS = 3_600;
/** How long Firebase's ID tokens last, https://firebase.google.com/docs/auth/admin/manage-sessions. */
export const TOKEN_LIFETIME_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

export interface TokenRequest {
  readonly projectId: string;
  readonly uid: string;
  /** An address that counts as verified; an account without one if it is left out. */
  readonly email?: string | undefined;
  /** A user of Firebase's anonymous provider. @default false */
  readonly anonymous?: boolean | undefined;
  /** @default TOKEN_LIFETIME_SECONDS */
  readonly lifetimeSeconds?: number | undefined;
}

/** Stands for Firebase Authentication on this machine: issues ID tokens of its shape, for whomever it is asked to. */
export interface IdentityProvider {
  /** A signed ID token, as a JWT. */
  issueToken(request: TokenRequest): string;
  /** The keys that tokens may be signed with, by key id: public keys in PEM, which verifiers take like certificates. */
  certificates(): Readonly<Record<string, string>>;
  /** Adds a key and forgets those that no valid token is signed with. The new key signs once every verifier knows it. */
  rotateKey(): Promise<void>;
}

const storedKeys = z.object({
  keys: z.array(z.object({ privateKey: z.string(), publishedAt: z.number() })).check(z.minLength(1)),
});
type StoredKey = z.infer<typeof storedKeys>["keys"][number];

/**
 * Opens the identity provider whose keys are in the folder's `identity-provider.json`, which only the owner may read,
 * and makes that file if there is none. Rotates the key if it is older than a day, as Google does.
 *
 * @throws StartError if the file is not what was written there
 */
export async function openIdentityProvider(
  folder: string,
  clock: Pick<Clock, "now"> = systemClock,
): Promise<IdentityProvider> {
  const file = path.join(folder, "identity-provider.json");
  const seconds = () => Math.floor(clock.now() / 1000);
  /** Newest first. */
  let keys = fs.existsSync(file) ? readKeys(file) : [];

  const provider: IdentityProvider = {
    issueToken(request) {
      const known = keys.find(({ publishedAt }) => publishedAt + CERTIFICATES_MAX_AGE_SECONDS <= seconds());
      const key = known ?? keys.at(-1);
      if (!key) throw new Error("The identity provider has no key.");
      return signed({ alg: "RS256", kid: keyId(key), typ: "JWT" }, claimsOf(request, seconds()), key);
    },
    certificates: () => Object.fromEntries(keys.map((key) => [keyId(key), publicKey(key)])),
    async rotateKey() {
      const retired = keys.findIndex(
        ({ publishedAt }) => publishedAt + CERTIFICATES_MAX_AGE_SECONDS + TOKEN_LIFETIME_SECONDS <= seconds(),
      );
      // The newest key that has signed alone for a token's lifetime stays: it signs until the new one does.
      const kept = retired < 0 ? keys : keys.slice(0, retired + 1);
      keys = [{ privateKey: await generatePrivateKey(), publishedAt: seconds() }, ...kept];
      writeKeys(file, keys);
    },
  };
  const newest = keys[0];
  if (!newest || newest.publishedAt + DAY_SECONDS <= seconds()) await provider.rotateKey();
  return provider;
}

/** What Firebase puts into an ID token, https://firebase.google.com/docs/rules/rules-and-auth. */
function claimsOf({ projectId, uid, email, anonymous, lifetimeSeconds }: TokenRequest, now: number) {
  return {
    iss: `https://securetoken.google.com/${projectId}`,
    aud: projectId,
    auth_time: now,
    user_id: uid,
    sub: uid,
    iat: now,
    exp: now + (lifetimeSeconds ?? TOKEN_LIFETIME_SECONDS),
    ...(email === undefined ? {} : { email, email_verified: true }),
    firebase: {
      identities: email === undefined ? {} : { email: [email] },
      sign_in_provider: anonymous ? "anonymous" : email === undefined ? "custom" : "password",
    },
  };
}

function signed(header: object, claims: object, { privateKey }: StoredKey): string {
  const content = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${content}.${sign("sha256", Buffer.from(content), privateKey).toString("base64url")}`;
}

const publicKey = ({ privateKey }: StoredKey): string =>
  createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();

const keyId = (key: StoredKey): string => createHash("sha1").update(publicKey(key)).digest("hex");

async function generatePrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function readKeys(file: string): StoredKey[] {
  const stored = storedKeys.safeParse(parseJson(fs.readFileSync(file, "utf8")));
  if (!stored.success)
    throw new StartError(`${file} is not what the local cloud wrote there: delete it to get new keys.`);
  return stored.data.keys;
}

/** Replaces the file as a whole, so that it is never half written. */
function writeKeys(file: string, keys: readonly StoredKey[]): void {
  const draft = `${file}.${process.pid}`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(draft, JSON.stringify({ keys }, undefined, 1), { mode: 0o600 });
  fs.renameSync(draft, file);
}
