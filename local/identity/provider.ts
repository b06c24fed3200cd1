import { createHash, generateKeyPair, sign } from "node:crypto";
import { promisify } from "node:util";
import { type Clock, systemClock } from "../shared/clock";
import { loadSigningKeys, publicKey, type SigningKey, saveSigningKeys } from "./signing-keys";

/** The longest that a verifier may keep the certificates, and so how long a new key is shown before it signs. */
export const CERTIFICATES_MAX_AGE_SECONDS = 3_600;
/** The lifetime of Firebase's ID tokens; see https://firebase.google.com/docs/auth/admin/manage-sessions */
export const TOKEN_LIFETIME_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

export interface TokenRequest {
  readonly projectId: string;
  readonly uid: string;
  /** The user's address, which counts as verified. @default - a user without an address */
  readonly email?: string | undefined;
  /** True for a user of Firebase's anonymous provider. @default false */
  readonly anonymous?: boolean | undefined;
  /** @default TOKEN_LIFETIME_SECONDS */
  readonly lifetimeSeconds?: number | undefined;
}

/** Stands in for Firebase Authentication: issues ID tokens of its shape to whoever asks. */
export interface IdentityProvider {
  /** Returns a signed ID token, as a JWT. */
  issueToken(request: TokenRequest): string;
  /** Returns the keys that may have signed tokens, by key id: public keys in PEM, which verifiers take like certificates. */
  certificates(): Readonly<Record<string, string>>;
  /** Adds a key and drops those that signed no valid token. The new key signs once every verifier knows it. */
  rotateKey(): Promise<void>;
}

/**
 * Opens the identity provider whose keys are in `file`, which only the owner may read, and makes that file if there is
 * none. Rotates the key if it is older than a day, as Google does.
 *
 * @param newKey makes a private key in PEM; a key of the size of Google's takes a tenth of a second
 * @throws StartError if the file is damaged or cannot be read or written
 */
export async function openIdentityProvider(
  file: string,
  clock: Pick<Clock, "now"> = systemClock,
  newKey: () => Promise<string> = generatePrivateKey,
): Promise<IdentityProvider> {
  const seconds = () => Math.floor(clock.now() / 1000);
  let keys = loadSigningKeys(file);

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
      const rotated = [{ privateKey: await newKey(), publishedAt: seconds() }, ...kept];
      saveSigningKeys(file, rotated);
      keys = rotated;
    },
  };
  const newest = keys[0];
  if (!newest || newest.publishedAt + DAY_SECONDS <= seconds()) await provider.rotateKey();
  return provider;
}

/** Returns the claims of Firebase's ID tokens; see https://firebase.google.com/docs/rules/rules-and-auth */
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

function signed(header: object, claims: object, { privateKey }: SigningKey): string {
  const content = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${content}.${sign("sha256", Buffer.from(content), privateKey).toString("base64url")}`;
}

const keyId = (key: SigningKey): string => createHash("sha1").update(publicKey(key)).digest("hex");

async function generatePrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
