import { describe, expect, test } from "@jest/globals";
import { readPlan } from "../../../review/plan/read";
import { pick, UNKNOWN } from "../../../review/plan/value";
import { review } from "../../../review/review";

const plan = (change: object, more: object = {}) => ({
  format_version: "1.2",
  resource_changes: [{ address: "aws_x.y", mode: "managed", type: "aws_x", change, ...more }],
});
const one = (change: object, more: object = {}) => {
  const [found] = readPlan(plan(change, more)).changes;
  if (!found) throw new Error("no change was read");
  return found;
};

describe("a value", () => {
  test("is unknown where after_unknown says so, inside blocks and lists too", () => {
    const { after } = one({
      actions: ["update"],
      before: {},
      after: { a: "known", block: [{ x: 1 }], list: ["p", null] },
      after_unknown: { b: true, block: [{ y: true }], list: [false, true] },
    });
    expect(pick(after, "a")).toBe("known");
    expect(pick(after, "b")).toBe(UNKNOWN);
    expect(pick(after, "block.x")).toBe(1);
    expect(pick(after, "block.y")).toBe(UNKNOWN);
    expect(pick(after, "list")).toEqual(["p", UNKNOWN]);
  });

  test("that is absent from after and from after_unknown was removed", () => {
    expect(
      pick(one({ actions: ["update"], before: { a: 1 }, after: {}, after_unknown: {} }).after, "a"),
    ).toBeUndefined();
  });

  test("of a whole block that is unknown is unknown at every path", () => {
    const { after } = one({ actions: ["create"], after: {}, after_unknown: { block: true } });
    expect(pick(after, "block.x.y")).toBe(UNKNOWN);
  });
});

describe("an action", () => {
  test.each([
    [["no-op"], "none"],
    [["create"], "create"],
    [["update"], "update"],
    [["delete"], "delete"],
    [["forget"], "forget"],
    [["delete", "create"], "replace"],
    [["create", "delete"], "replace"],
    [["create", "forget"], "create"],
    [["update", "delete"], "unreadable"],
    [["vaporize"], "unreadable"],
    [[], "unreadable"],
  ])("%j is %s", (actions, action) => {
    expect(one({ actions }).action).toBe(action);
  });

  test("that nobody knows stops the review", () => {
    expect(review(readPlan(plan({ actions: ["vaporize"] }))).findings).toEqual([
      expect.objectContaining({ severity: "stops", rule: "incomplete", reason: expect.stringContaining("`vaporize`") }),
    ]);
  });
});

describe("a plan", () => {
  test("keeps a deposed object and the one in its place apart", () => {
    const change = { actions: ["delete"], before: {} };
    const { changes } = readPlan({
      format_version: "1.2",
      resource_changes: [
        { address: "aws_x.y", type: "aws_x", change: { actions: ["no-op"] } },
        { address: "aws_x.y", type: "aws_x", deposed: "0a1b", change },
      ],
    });
    expect(changes.map(({ deposed }) => deposed)).toEqual([undefined, "0a1b"]);
  });

  test("without resource_changes, as -refresh-only makes it, has none", () => {
    expect(readPlan({ format_version: "1.2" }).changes).toEqual([]);
  });

  test("leaves data sources out, which are only read", () => {
    expect(readPlan(plan({ actions: ["read"] }, { mode: "data" })).changes).toEqual([]);
  });

  test("may hold keys of a newer version", () => {
    expect(() =>
      readPlan({ ...plan({ actions: ["no-op"], before_identity: {} }), format_version: "1.9", new_key: 1 }),
    ).not.toThrow();
  });

  test.each([
    ["deferred_changes", "1 deferred change"],
    ["action_invocations", "1 action invocation"],
    ["deferred_action_invocations", "1 deferred action invocation"],
  ])("that holds %s asks", (key, what) => {
    const { verdict, findings } = review(readPlan({ ...plan({ actions: ["no-op"] }), [key]: [{}] }));
    expect(verdict).toBe("asks");
    expect(findings[0]?.reason).toContain(what);
  });
});

describe("a sensitive value", () => {
  const secret = "hunter2-hunter2";
  const alias = (change: object) => ({
    format_version: "1.2",
    resource_changes: [
      { address: "aws_kms_alias.a", type: "aws_kms_alias", change: { actions: ["update"], ...change } },
    ],
  });

  test("is in no line, not even where the provider copied it without its mark, or where a line is cut", () => {
    for (const copy of [`copied ${secret}`, `${"x".repeat(195)}${secret}`]) {
      const { findings } = review(
        readPlan(
          alias({
            before: { target_key_id: "old", tag: secret },
            after: { target_key_id: copy, tag: secret },
            before_sensitive: { tag: true },
            after_sensitive: { tag: true },
          }),
        ),
      );
      expect(findings).toHaveLength(1);
      expect(JSON.stringify(findings)).toContain("(sens");
      expect(JSON.stringify(findings)).not.toContain(secret.slice(0, 5));
    }
  });

  test("that changes is seen to change", () => {
    const { changes } = readPlan(
      alias({
        before: { n: 1, s: "one", block: [{ deep: "two-two" }] },
        after: { n: 2, s: "three", block: [{ deep: "two-two" }] },
        before_sensitive: { n: true, s: true, block: true },
        after_sensitive: { n: true, s: true, block: [{ deep: true }] },
      }),
    );
    expect(changes[0]?.before).toEqual({ n: "(sensitive 1)", s: "(sensitive 2)", block: [{ deep: "(sensitive 3)" }] });
    expect(changes[0]?.after).toEqual({ n: "(sensitive 4)", s: "(sensitive 5)", block: [{ deep: "(sensitive 3)" }] });
  });

  test("of a variable or an output counts as well", () => {
    const { changes } = readPlan({
      ...alias({ before: {}, after: { a: secret, b: "an-output", c: "terrace" } }),
      variables: { token: { value: secret }, name: { value: "terrace" } },
      output_changes: { o: { after: "an-output", after_sensitive: true } },
      configuration: { root_module: { variables: { token: { sensitive: true }, name: {} } } },
    });
    expect(changes[0]?.after).toEqual({ a: "(sensitive 2)", b: "(sensitive 1)", c: "terrace" });
  });
});
