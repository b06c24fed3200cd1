import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isId, newestFirst } from "../../../domain/shared/creation";

test("isId knows the ids that are made here", () => {
  for (let n = 0; n < 100; n++) expect(isId(randomUUID())).toBe(true);
});

test.each([
  "",
  "1",
  "x".repeat(36),
  randomUUID().toUpperCase(),
  `${randomUUID()}\n`,
  ` ${randomUUID()}`,
  "é".repeat(36),
])("isId refuses %j", (text) => {
  expect(isId(text)).toBe(false);
});

test("newestFirst is a total order, whatever is compared", () => {
  const created = fc.record({ id: fc.constantFrom("a", "b", "c"), created_at: fc.constantFrom("1", "2", "3") });
  fc.assert(
    fc.property(created, created, created, (a, b, c) => {
      expect(newestFirst(a, b) + newestFirst(b, a)).toBe(0);
      expect(newestFirst(a, b) === 0).toBe(a.id === b.id && a.created_at === b.created_at);
      if (newestFirst(a, b) <= 0 && newestFirst(b, c) <= 0) expect(newestFirst(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test("newestFirst puts the later time first, then the larger id", () => {
  const at = (created_at: string, id: string) => ({ created_at, id });
  const sorted = [at("2", "b"), at("1", "z"), at("3", "a"), at("2", "c")].sort(newestFirst);
  expect(sorted).toEqual([at("3", "a"), at("2", "c"), at("2", "b"), at("1", "z")]);
});
