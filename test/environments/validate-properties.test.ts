import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { stackNames, stateKey } from "../../environments/names";
import { validate } from "../../environments/validate";
import { environment, environments } from "./arbitrary-environment";

/** One mistake at a time, and where it must be reported. */
const mistakes: readonly (readonly [path: string, value: unknown])[] = [
  ["account", "12345678901"],
  ["account", 123456789012],
  ["region", "Tokyo"],
  ["cors", undefined],
  ["cors.allowedOrigins", "https://example.com"],
  ["cors.allowCredentials", "no"],
  ["websocket.anonymous", "yes"],
  ["websocket.withoutOrigin", true],
  ["websocket.messagesPerMinute", 0],
  ["logLevel", "TRACE"],
  ["logRetentionDays", 2],
  ["logRetentionDays", Number.NaN],
  ["firebaseProjectId", "my project"],
  ["apiDocs", "on"],
  ["runtime", "nodejs20.x"],
  ["architecture", "riscv"],
  ["api", []],
  ["api.memoryMegabytes", 100],
  ["api.timeoutSeconds", 0],
  ["functions.memoryMegabytes", "256"],
  ["functions.timeoutSeconds", 30],
  ["background", null],
  ["background.timeoutSeconds", 901],
  ["throttle.websocket", 100],
  ["throttle.websocket.requestsPerSecond", 0],
  ["throttle.websocket.burst", -1],
  ["throttle.connect", undefined],
  ["throttle.messages.burst", 0],
  ["throttle.http.requestsPerSecond", Number.POSITIVE_INFINITY],
  ["throttle.http.burst", 0.5],
  ["pointInTimeRecovery", 1],
  ["deletionProtection", undefined],
  ["alarms", true],
  ["tags", null],
  ["tags.Environment", "other"],
  ["vpc", {}],
  ["cors.allowedHeaders", []],
];

describe("any value", () => {
  const options = { withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true };

  test("is judged, never thrown at", () => {
    fc.assert(
      fc.property(fc.anything(options), (anything) => {
        expect(validate(anything).length).toBeGreaterThan(0);
        expect(validate([anything, anything]).length).toBeGreaterThan(0);
      }),
    );
  });

  test("is judged, never thrown at, in place of any part of an environment", () => {
    fc.assert(
      fc.property(environment, fc.nat(), fc.anything(options), (good, at, anything) => {
        const paths = pathsIn(good);
        const path = paths[at % paths.length] ?? [];
        for (const { path: reported, value, message } of validate([replaced(good, path, anything)])) {
          expect(reported).toMatch(/^(environments\[0\]|[a-z])/);
          expect(value.length).toBeLessThanOrEqual(80);
          expect(message).not.toBe("");
        }
      }),
    );
  });
});

describe.each(mistakes)("a mistake in %s (%p)", (path, value) => {
  test("is refused there and nowhere else, in any valid environment", () => {
    fc.assert(
      fc.property(environment, (good) => {
        const found = validate([replaced(good, path.split("."), value)]).map((problem) => problem.path);
        expect(found).toEqual([`${good.name}.${path}`]);
      }),
      { numRuns: 20 },
    );
  });
});

describe("any valid environments", () => {
  test("are accepted", () => {
    fc.assert(fc.property(environments, (accepted) => expect(validate(accepted)).toEqual([])));
  });

  test("share no stack and no state", () => {
    fc.assert(
      fc.property(environments, (accepted) => {
        const owned = accepted.flatMap((one) =>
          Object.values(stackNames(one)).flatMap((stack) => [stack, `state ${stateKey(one, stack)}`]),
        );
        expect(new Set(owned).size).toBe(owned.length);
      }),
    );
  });
});

/** The path of every field and entry of a value, its own first. */
function pathsIn(value: unknown): string[][] {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [[], ...inner.flatMap(([key, one]) => pathsIn(one).map((path) => [key, ...path]))];
}

/** A copy of an object in which one field, at any depth, has another value. */
function replaced(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other;
  const fields = { ...Object(value) };
  return { ...fields, [key]: replaced(fields[key], rest, other) };
}
