import { describe, expect, test } from "@jest/globals";
import { encodeMessage, messageInput } from "../../../domain/realtime/message";

describe("messageInput", () => {
  const takes = (input: unknown) => messageInput.safeParse(input).success;

  test.each(["test", "comment.created", "a-b.c_d.9"])("takes the type %s", (type) => {
    expect(takes({ type, data: { message: "test" } })).toBe(true);
  });

  test.each(["", "Test", "a b", ".a", "a.", "a..b", "9a", "$connect", "a\n", "ä", "x".repeat(65), 7, null, undefined])(
    "refuses the type %j",
    (type) => {
      expect(takes({ type, data: {} })).toBe(false);
    },
  );

  test.each([undefined, null, "text", 7, [], ["a"]])("refuses the data %j, which is no object", (data) => {
    expect(takes({ type: "test", data })).toBe(false);
  });

  test.each(["m-1_A", "x".repeat(64)])("takes the id %s", (id) => {
    expect(takes({ type: "test", data: {}, id })).toBe(true);
  });

  test.each(["", "a b", "a/b", "x".repeat(65), 7, null])("refuses the id %j", (id) => {
    expect(takes({ type: "test", data: {}, id })).toBe(false);
  });

  test("refuses every other field", () => {
    expect(takes({ type: "test", data: {}, connectionId: "a=" })).toBe(false);
  });
});

test("encodeMessage writes id, type and data and nothing else", () => {
  const message = { id: "m", type: "t", data: { text: "日本" }, secret: "x" };
  expect(Buffer.from(encodeMessage(message)).toString()).toBe('{"id":"m","type":"t","data":{"text":"日本"}}');
});
