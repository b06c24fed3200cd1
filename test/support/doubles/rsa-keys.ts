import { createPrivateKey, createPublicKey, type JsonWebKey } from "node:crypto";
import { first, second, third } from "../fixtures/rsa-keys.json";

const pairOf = (key: JsonWebKey) => {
  const privateKey = createPrivateKey({ key, format: "jwk" });
  const publicPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  return { privateKey, privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), publicPem };
};

/**
 * RSA keys of 2048 bits. They are the tests' own and open nothing but what a test has sealed or signed; they are kept
 * because making one takes a tenth of a second.
 */
export const rsaKeys = { first: pairOf(first), second: pairOf(second), third: pairOf(third) };
