import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as z from "zod/mini";
import { InvalidInput } from "../../../domain/shared/errors";
import { text } from "../../../domain/shared/text";
import { describe as described, validate } from "../../../domain/shared/validation";

const schema = z.strictObject({
  title: z.string("some text").check(z.minLength(1, "some text")),
  tags: z.optional(z.array(z.strictObject({ name: z.string("a name") }, "a tag"), "a list of tags")),
});

function problemsOf(input: unknown, whole?: string) {
  try {
    validate(schema, input, whole);
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.fields;
    throw error;
  }
}

describe("validate", () => {
  test("returns the input", () => {
    expect(validate(schema, { title: "x", tags: [{ name: "a" }] })).toEqual({ title: "x", tags: [{ name: "a" }] });
  });

  test("names every field that is wrong, what it held and what it may hold", () => {
    expect(problemsOf({ title: "", tags: [{ name: "a" }, { name: 7 }], author: "me" })).toEqual([
      { field: "title", received: '""', allowed: "some text" },
      { field: "tags[1].name", received: "7", allowed: "a name" },
      { field: "author", received: "a field", allowed: "no such field" },
    ]);
  });

  test("says that a field is missing", () => {
    expect(problemsOf({})).toEqual([{ field: "title", received: "nothing", allowed: "some text" }]);
  });

  test.each([
    [null, "null"],
    [undefined, "nothing"],
    [7, "7"],
    ["text", '"text"'],
    [[1, 2], "a list of 2"],
  ])("refuses %j as a whole", (input, received) => {
    expect(problemsOf(input)).toEqual([{ field: "body", received, allowed: "an object with title, tags" }]);
    expect(problemsOf(input, "query")).toMatchObject([{ field: "query" }]);
  });

  test("cuts short what it repeats", () => {
    const long = "x".repeat(1000);
    const [title, unknown] = problemsOf({ title: [long], [long]: 1 });
    expect(title?.received).toBe("a list of 1");
    expect(unknown?.field).toBe(`${"x".repeat(40)}…`);
    expect(problemsOf({ title: "t", tags: long })).toMatchObject([{ received: `"${"x".repeat(40)}…"` }]);
  });

  test("lists twenty problems at most", () => {
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`field-${n}`, n]));
    expect(problemsOf({ title: "t", ...fields })).toHaveLength(20);
  });

  test("refuses a prototype smuggled in as a field", () => {
    expect(problemsOf(JSON.parse('{"title":"x","__proto__":{"admin":true}}'))).toMatchObject([{ field: "__proto__" }]);
  });

  test("returns or throws InvalidInput, whatever the input", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withDate: true, withMap: true }), (input) => {
        for (const { field, received, allowed } of problemsOf(input)) {
          expect(field.length).toBeLessThanOrEqual(41);
          expect(received.length).toBeLessThanOrEqual(300);
          expect(allowed).not.toBe("");
        }
      }),
    );
  });
});

test("validate names the character that a text may not hold, and never repeats it", () => {
  const schema = z.strictObject({ title: text(10, "one line") });
  for (const title of ["a\u2066b", "\u2066"])
    expect(() => validate(schema, { title })).toThrow(
      "title: received text with U+2066 LEFT-TO-RIGHT ISOLATE, allowed 1 to 10 characters on one line",
    );
  expect(() => validate(schema, { title: "a\u2066".repeat(9) })).toThrow('received "a\\u{2066}a');
});

test("describe shows half a character as an escape", () => {
  expect(described("\ud800")).toBe('"\\ud800"');
});
