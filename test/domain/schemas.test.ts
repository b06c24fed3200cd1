import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as z from "zod/mini";
import { ticket } from "../../domain/admission/tickets";
import { comment, commentInput } from "../../domain/comments/comments";
import { favoritePost } from "../../domain/favorites/favorites";
import { post, postInput } from "../../domain/posts/posts";
import { connectionCount } from "../../domain/realtime/connection-count";
import { idempotencyKey } from "../../domain/shared/idempotency";
import { anyText } from "../support/arbitrary-text";

describe("every schema has a JSON schema that says what is allowed", () => {
  test.each(Object.entries({ post, postInput, comment, commentInput, favoritePost, connectionCount, ticket }))(
    "%s",
    (_, schema) => {
      const json = z.toJSONSchema(schema);
      expect(json).toMatchObject({ type: "object", additionalProperties: false });
      expect([...(json.required ?? [])].sort()).toEqual(Object.keys(schema.shape).sort());
    },
  );

  test("texts have their lengths and a pattern", () => {
    expect(z.toJSONSchema(postInput).properties).toMatchObject({
      title: { type: "string", minLength: 1, maxLength: 200, description: expect.stringContaining("one line") },
      content: { minLength: 1, maxLength: 20_000 },
    });
    expect(z.toJSONSchema(idempotencyKey)).toMatchObject({ pattern: "^[\\x21-\\x7e]{1,255}$" });
  });

  test("the pattern of a text is true of every text that is accepted", () => {
    const properties = z.toJSONSchema(postInput).properties ?? {};
    const patternOf = (name: string) => {
      const property = properties[name];
      return new RegExp((typeof property === "object" && property.pattern) || "$^", "u");
    };
    const [title, content] = [patternOf("title"), patternOf("content")];
    fc.assert(
      fc.property(anyText({ minLength: 1, maxLength: 20 }), (text) => {
        if (postInput.safeParse({ title: text, content: "c" }).success) expect(text).toMatch(title);
        if (postInput.safeParse({ title: "t", content: text }).success) expect(text).toMatch(content);
      }),
    );
    expect("a\nb").not.toMatch(title);
    expect("a\nb").toMatch(content);
    expect("\u202e").not.toMatch(content);
  });
});
