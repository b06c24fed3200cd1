import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { selectRoute } from "../../../local/websocket/route-selection";

describe("the route of a message", () => {
  test.each([
    ['{"action":"join"}', "join"],
    ['{"action":7}', "7"],
    ['{"action":true}', "true"],
    ['{"action":null}', "null"],
    ['{"action":["a","b"]}', "[a, b]"],
    ['{"action":{"a":1}}', "{a=1}"],
    ['{"other":"join"}', undefined],
    ['"join"', undefined],
    ["[]", undefined],
    ["null", undefined],
    ["hello", undefined],
    ["", undefined],
  ])("%s is %s", (message, route) => {
    expect(selectRoute(message, ["action"])).toBe(route);
  });

  test("is found below other members", () => {
    expect(selectRoute('{"meta":{"kind":"join"}}', ["meta", "kind"])).toBe("join");
    expect(selectRoute('{"meta":"join"}', ["meta", "kind"])).toBeUndefined();
  });

  test("is never one that the message does not have itself", () => {
    expect(selectRoute("{}", ["constructor"])).toBeUndefined();
    expect(selectRoute('{"action":"x"}', ["action", "length"])).toBeUndefined();
  });

  test("can be looked for in a frame that is full of lists or maps in each other", () => {
    expect(selectRoute(`{"action":${"[".repeat(16_000)}${"]".repeat(16_000)}}`, ["action"])).toMatch(/^\[+…\]+$/);
    expect(selectRoute(`{"action":${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}}`, ["action"])).toMatch(
      /^(\{a=)+…\}+$/,
    );
  });

  test("can be looked for in any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
        expect(["string", "undefined"]).toContain(typeof selectRoute(message, ["action"]));
      }),
    );
  });
});
