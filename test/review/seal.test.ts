import { expect, test } from "@jest/globals";
import { seal, unseal } from "../../review/seal";
import { rsaKeys } from "../support/doubles/rsa-keys";

const { publicPem: publicKey, privatePem: privateKey } = rsaKeys.first;
const files = { "a/tfplan": Buffer.from([0, 255, 1]), empty: Buffer.alloc(0) };

test("sealed files come back byte for byte", () => {
  expect(unseal(seal(files, publicKey), privateKey)).toEqual(files);
});

test("another key does not open them", () => {
  expect(() => unseal(seal(files, publicKey), rsaKeys.second.privatePem)).toThrow(/PLAN_PRIVATE_KEY does not belong/);
});

test("a changed bit is noticed", () => {
  const sealed = JSON.parse(seal(files, publicKey).toString());
  const body = Buffer.from(sealed.body, "base64");
  body[0] = (body[0] ?? 0) ^ 1;
  const forged = Buffer.from(JSON.stringify({ ...sealed, body: body.toString("base64") }));
  expect(() => unseal(forged, privateKey)).toThrow(/or it was changed/);
});
