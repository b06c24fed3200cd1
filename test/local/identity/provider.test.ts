import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { openIdentityProvider } from "../../../local/identity/provider";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const alice = { projectId: "blogapp-test", uid: "alice" };

let folder: string;
let file: string;
let now: number;
const clock = { now: () => now };

beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "identity-")), "data");
  file = path.join(folder, "identity-provider.json");
  now = 1_800_000_000_000;
  keysMade = 0;
});

afterEach(() => fs.rmSync(path.dirname(folder), { recursive: true }));

/** More keys than any folder here gets. They are small: of what is tested with them, nothing is about their size. */
const pool = Array.from({ length: 6 }, () => generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey).map(
  (key) => key.export({ type: "pkcs8", format: "pem" }).toString(),
);
let keysMade: number;

const open = () =>
  openIdentityProvider(file, clock, async () => {
    const key = pool[keysMade++];
    if (key === undefined) throw new Error("There are more rotations than keys in the pool.");
    return key;
  });

function decoded(token: string) {
  const [header = "", payload = ""] = token.split(".");
  const [{ kid, ...rest }, claims] = [header, payload].map((part) =>
    JSON.parse(Buffer.from(part, "base64url").toString()),
  );
  return { kid: String(kid), header: rest, claims };
}

/** Returns whether the certificates hold the key that signed the token. */
function isGenuine(token: string, certificates: Readonly<Record<string, string>>): boolean {
  const certificate = certificates[decoded(token).kid];
  const [content = "", signature = ""] = token.split(/\.(?=[^.]*$)/);
  return (
    certificate !== undefined &&
    verify("sha256", Buffer.from(content), createPublicKey(certificate), Buffer.from(signature, "base64url"))
  );
}

describe("a token", () => {
  test("has the shape of Firebase's, for a user without an address", async () => {
    const { header, claims } = decoded((await open()).issueToken(alice));
    expect(header).toEqual({ alg: "RS256", typ: "JWT" });
    expect(claims).toEqual({
      iss: "https://securetoken.google.com/blogapp-test",
      aud: "blogapp-test",
      auth_time: 1_800_000_000,
      user_id: "alice",
      sub: "alice",
      iat: 1_800_000_000,
      exp: 1_800_003_600,
      firebase: { identities: {}, sign_in_provider: "custom" },
    });
  });

  test("holds an address as verified", async () => {
    const { claims } = decoded((await open()).issueToken({ ...alice, email: "alice@example.com" }));
    expect(claims).toMatchObject({
      email: "alice@example.com",
      email_verified: true,
      firebase: { identities: { email: ["alice@example.com"] }, sign_in_provider: "password" },
    });
  });

  test("says that a user is anonymous", async () => {
    const { claims } = decoded((await open()).issueToken({ ...alice, anonymous: true }));
    expect(claims.firebase.sign_in_provider).toBe("anonymous");
  });

  test("lasts as long as is asked for", async () => {
    expect(decoded((await open()).issueToken({ ...alice, lifetimeSeconds: 5 })).claims.exp).toBe(1_800_000_005);
  });

  test("is signed with a key among the certificates", async () => {
    const provider = await open();
    const token = provider.issueToken(alice);
    expect(isGenuine(token, provider.certificates())).toBe(true);
    const [header, , signature] = token.split(".");
    expect(isGenuine(`${header}.e30.${signature}`, provider.certificates())).toBe(false);
  });
});

describe("the keys", () => {
  test("are kept in a file that only the owner may read", async () => {
    const certificates = (await open()).certificates();
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(["identity-provider.json"]);
    expect((await open()).certificates()).toEqual(certificates);
  });

  test("are new in every folder, and of Google's size", async () => {
    const first = (await openIdentityProvider(file, clock)).certificates();
    fs.rmSync(file);
    const second = (await openIdentityProvider(file, clock)).certificates();
    expect(Object.keys(second)).not.toEqual(Object.keys(first));
    const sizes = Object.values({ ...first, ...second }).map((key) => createPublicKey(key).asymmetricKeyDetails);
    expect(sizes).toEqual([
      { modulusLength: 2048, publicExponent: 65_537n },
      { modulusLength: 2048, publicExponent: 65_537n },
    ]);
  });

  test("are shown without their private part", async () => {
    const [certificate] = Object.values((await open()).certificates());
    expect(certificate).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(certificate).not.toContain("PRIVATE");
  });

  test("stay as they were if the file cannot be written", async () => {
    const provider = await open();
    const certificates = provider.certificates();
    const full = jest.spyOn(fs, "writeFileSync").mockImplementation(() => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    });
    await expect(provider.rotateKey()).rejects.toThrow(
      /identity-provider\.json cannot be written \(ENOSPC: .*free space/,
    );
    full.mockRestore();
    expect(provider.certificates()).toEqual(certificates);
    expect((await open()).certificates()).toEqual(certificates);
  });

  test("are rotated on opening, a day after the last time", async () => {
    const first = await open();
    now += DAY - 1_000;
    expect((await open()).certificates()).toEqual(first.certificates());
    now += 1_000;
    const certificates = (await open()).certificates();
    expect(Object.keys(certificates)).toHaveLength(2);
    expect(certificates).toMatchObject(first.certificates());
  });
});

describe("after a rotation", () => {
  test("the new key signs when every verifier knows it, and not before", async () => {
    const provider = await open();
    now += 2 * HOUR;
    const { kid } = decoded(provider.issueToken(alice));
    const fetchedBefore = provider.certificates();
    await provider.rotateKey();
    expect(Object.keys(provider.certificates())).toEqual([expect.not.stringMatching(kid), kid]);
    now += HOUR - 1_000;
    expect(isGenuine(provider.issueToken(alice), fetchedBefore)).toBe(true);
    now += 1_000;
    expect(decoded(provider.issueToken(alice)).kid).toBe(Object.keys(provider.certificates())[0]);
  });

  test("a key is shown as long as a token that it signed is valid", async () => {
    const provider = await open();
    const { kid } = decoded(provider.issueToken(alice));
    await provider.rotateKey();
    now += 2 * HOUR - 1_000;
    await provider.rotateKey();
    expect(Object.keys(provider.certificates())).toContain(kid);
    now += 2 * HOUR;
    await provider.rotateKey();
    expect(Object.keys(provider.certificates())).not.toContain(kid);
  });

  test("any number of rotations at once leaves every token genuine", async () => {
    const provider = await open();
    for (let count = 0; count < 4; count++) {
      const token = provider.issueToken(alice);
      const fetchedBefore = provider.certificates();
      await provider.rotateKey();
      expect(isGenuine(token, provider.certificates())).toBe(true);
      expect(isGenuine(provider.issueToken(alice), fetchedBefore)).toBe(true);
    }
  });
});
