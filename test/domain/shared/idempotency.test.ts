import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isId } from "../../../domain/shared/creation";
import { derivedId, fingerprint, idempotencyKey } from "../../../domain/shared/idempotency";

const parts = fc.tuple(fc.string(), fc.string(), fc.string());

test("derivedId is an id, a UUID of version 8, and the same for the same call", () => {
  fc.assert(
    fc.property(parts, ([uid, operation, key]) => {
      const id = derivedId(uid, operation, key);
      expect(isId(id)).toBe(true);
      expect(id).toMatch(/^.{8}-.{4}-8.{3}-[89ab]/);
      expect(derivedId(uid, operation, key)).toBe(id);
    }),
  );
});

test("derivedId and fingerprint tell any two calls apart", () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const same = one.join("\0") === other.join("\0") && one.every((part, n) => part === other[n]);
      expect(derivedId(...one) === derivedId(...other)).toBe(same);
      expect(fingerprint(...one) === fingerprint(...other)).toBe(same);
    }),
  );
  expect(fingerprint("ab", "c")).not.toBe(fingerprint("a", "bc"));
});

test.each(["a", "8e03978e-40d5-43e8-bc93-6894a57f9324", "~".repeat(255)])("%j is an idempotency key", (key) => {
  expect(idempotencyKey.safeParse(key).success).toBe(true);
});

test.each(["", " ", "a b", "é", "a\n", "x".repeat(256)])("%j is no idempotency key", (key) => {
  expect(idempotencyKey.safeParse(key).success).toBe(false);
});
