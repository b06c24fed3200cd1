import { describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { addedField, field, writtenFields } from "../../../domain/shared/fields";
import { fingerprint } from "../../../domain/shared/idempotency";

const title = field(z.string("text").check(z.maxLength(5, "text")), z.string());
const content = field(z.string("text"), z.string());
const first = writtenFields({ title, content });
const later = writtenFields({
  title,
  content,
  tags: addedField(z.array(z.string()).check(z.maxLength(2)), z.array(z.string()), []),
  language: addedField(z.string(), z.string(), "en"),
});
const sent = { title: "Hello", content: "World" };

describe("the fields that users write", () => {
  test("are checked in input by their rules, and in rows by their type only", () => {
    expect(first.input.safeParse({ ...sent, title: "Too long" }).success).toBe(false);
    expect(first.input.safeParse({ ...sent, tags: [] }).success).toBe(false);
    expect(first.written.parse({ ...sent, title: "Too long" })).toEqual({ ...sent, title: "Too long" });
    expect(first.written.safeParse({ ...sent, title: 7 }).success).toBe(false);
  });

  test("have their defaults where a request or a row is from before they were added, and nowhere else", () => {
    const filled = { ...sent, tags: [], language: "en" };
    expect(later.input.parse(sent)).toEqual(filled);
    expect(later.written.parse(sent)).toEqual(filled);
    expect(z.object(later.shown).safeParse(sent).success).toBe(false);
    expect(later.input.safeParse({ ...sent, tags: ["a", "b", "c"] }).success).toBe(false);
    expect(later.written.parse({ ...filled, tags: ["a", "b", "c"] })).toMatchObject({ tags: ["a", "b", "c"] });
  });

  test("are taken out of an input, and nothing else of it", () => {
    expect(first.in(Object.assign({ ...sent }, { author_id: "me" }))).toEqual(sent);
  });
});

describe("a request's fingerprint", () => {
  test("is that of the values in their order, after the place", () => {
    expect(first.fingerprint(sent)).toBe(fingerprint("Hello", "World"));
    expect(first.fingerprint(sent, "post-1")).toBe(fingerprint("post-1", "Hello", "World"));
  });

  test("stays the same when fields are added that the request does not have", () => {
    expect(later.fingerprint(later.input.parse(sent), "post-1")).toBe(first.fingerprint(sent, "post-1"));
    expect(later.fingerprint(later.input.parse({ ...sent, tags: [], language: "en" }))).toBe(first.fingerprint(sent));
  });

  test("differs with every field that differs", () => {
    const inputs = [
      sent,
      { ...sent, title: "Other" },
      { ...sent, tags: ["a"] },
      { ...sent, tags: ["a", "b"] },
      { ...sent, language: "ja" },
      { ...sent, tags: ["a"], language: "ja" },
    ];
    const fingerprints = inputs.map((input) => later.fingerprint(later.input.parse(input)));
    expect(new Set(fingerprints).size).toBe(inputs.length);
  });
});
