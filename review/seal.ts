import { constants, createCipheriv, createDecipheriv, privateDecrypt, publicEncrypt, randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

/** Files by name. */
export type Files = Readonly<Record<string, Buffer>>;

const CIPHER = "aes-256-gcm";
const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };

/**
 * Encrypts files for whoever has the private key. An artifact of a workflow can be downloaded by everybody who may read
 * the repository, and a plan file holds the whole state.
 */
export function seal(files: Files, publicKey: string): Buffer {
  const [key, iv] = [randomBytes(32), randomBytes(12)];
  const texts = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, content.toString("base64")]));
  const cipher = createCipheriv(CIPHER, key, iv);
  const body = Buffer.concat([cipher.update(gzipSync(JSON.stringify(texts))), cipher.final()]);
  return Buffer.from(
    JSON.stringify({
      key: publicEncrypt({ key: publicKey, ...padding }, key).toString("base64"),
      iv: iv.toString("base64"),
      tag: cipher.getAuthTag().toString("base64"),
      body: body.toString("base64"),
    }),
  );
}

/** Decrypts what `seal` made. Throws if the key is another one, or if one bit was changed. */
export function unseal(sealed: Buffer, privateKey: string): Files {
  const { key, iv, tag, body }: Record<string, string> = JSON.parse(sealed.toString("utf8"));
  const bytes = (text = "") => Buffer.from(text, "base64");
  try {
    const decipher = createDecipheriv(CIPHER, privateDecrypt({ key: privateKey, ...padding }, bytes(key)), bytes(iv));
    decipher.setAuthTag(bytes(tag));
    const texts: Record<string, string> = JSON.parse(
      gunzipSync(Buffer.concat([decipher.update(bytes(body)), decipher.final()])).toString("utf8"),
    );
    return Object.fromEntries(Object.entries(texts).map(([name, content]) => [name, bytes(content)]));
  } catch (error) {
    throw new Error(
      "The sealed plan cannot be opened: PLAN_PRIVATE_KEY does not belong to PLAN_PUBLIC_KEY, or it was changed.",
      {
        cause: error,
      },
    );
  }
}
