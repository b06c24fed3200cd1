import { describe, expect, test } from "@jest/globals";
import { environments } from "../../environments";
import { production } from "../../environments/production";
import { staging } from "../../environments/staging";
import { checked, validate } from "../../environments/validate";
import { problemLines } from "./problem-lines";

const notAccount =
  'is not an AWS account id; write the twelve digits of yours, or "000000000000" and set TERRACE_ACCOUNT_ID';
const notRegion = 'is not an AWS region; write one such as "ap-northeast-1" or "eu-west-1"';

test("refuses two environments with one name, whose stacks and states would be one", () => {
  expect(problemLines([production, staging, { ...staging, region: "eu-west-1" }])).toEqual([
    'environments[2].name: "staging" makes a second stack staging, which environments[1] has already; choose another name',
  ]);
});

test("accepts every environment there is, also with the placeholder account: its plans refuse that", () => {
  expect(problemLines(environments)).toEqual([]);
  expect(problemLines([{ ...staging, account: "000000000000" }])).toEqual([]);
});

describe("garbage", () => {
  test.each([[undefined], [null], [0], ["staging"], [{}], [[]], [Symbol("x")], [() => [staging]]])(
    "refuses %p in place of the environments",
    (garbage) => {
      expect(validate(garbage)).toMatchObject([
        { path: "environments", message: "is not a list of environments; write at least one" },
      ]);
    },
  );

  test.each([[undefined], [null], [7], ["staging"], [[]], [true]])(
    "refuses %p in place of an environment",
    (garbage) => {
      expect(validate([staging, garbage])).toMatchObject([{ path: "environments[1]" }]);
    },
  );

  test("names every field of an empty environment", () => {
    const paths = Object.keys(staging).map((field) => `environments[0].${field}`);
    expect(validate([{}]).map(({ path }) => path)).toEqual(paths);
  });

  test("names a field that came from JSON as __proto__", () => {
    const parsed: unknown = JSON.parse(JSON.stringify(staging).replace('{"name"', '{"__proto__":{"admin":1},"name"'));
    expect(validate([parsed])).toMatchObject([{ path: "staging.__proto__", value: "{ admin: 1 }" }]);
  });

  test("does not read a field that only an object's prototype has", () => {
    const change = { ...staging, cors: Object.create(staging.cors) };
    expect(validate([change]).map(({ path }) => path)).toEqual([
      "staging.cors.allowedOrigins",
      "staging.cors.allowCredentials",
    ]);
  });

  test("judges a value that contains itself", () => {
    const cycle: Record<string, unknown> = { ...staging };
    cycle.cors = cycle;
    expect(validate([cycle])).toContainEqual({
      path: "staging.cors.allowedOrigins",
      value: "undefined",
      message: "is not a list; write [ ]",
    });
  });

  const broken = () => {
    throw new Error("broken");
  };
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  test.each<[string, unknown]>([
    ["a getter that throws", [Object.defineProperty({ ...staging }, "region", { get: broken, enumerable: true })]],
    ["a proxy that throws", [new Proxy({}, { ownKeys: broken, get: broken })]],
    ["a revoked proxy", revoked.proxy],
    ["a value that cannot even be shown", [Object.defineProperty({}, Symbol.toStringTag, { get: broken })]],
  ])("does not throw for %s", (_, garbage) => {
    expect(validate(garbage)).not.toEqual([]);
  });

  test("says that reading a value throws", () => {
    expect(validate(revoked.proxy)).toEqual([
      { path: "environments", value: "a getter or proxy", message: "throws when it is read; write plain values" },
    ]);
  });

  test("changes nothing about the value it judges", () => {
    const wrong = { ...staging, cors: [], throttle: new Map(), tags: { Owner: 7 } };
    validate([wrong]);
    expect([wrong, wrong.cors, wrong.throttle, wrong.tags].some(Object.isFrozen)).toBe(false);
  });

  test("shows a long value cut short and on one line", () => {
    const [first] = validate(["x\n".repeat(1000)]);
    expect(first?.value).toHaveLength(80);
    expect(first?.value).not.toContain("\n");
  });
});

describe("checked", () => {
  test("returns the environments when nothing is wrong with them", () => {
    expect(checked(environments)).toBe(environments);
  });

  test("throws one error that lists every problem of every environment", () => {
    const wrong = { cors: { allowedOrigins: ["*"], allowCredentials: true }, account: "1" };
    expect(() =>
      checked([
        { ...staging, ...wrong },
        { ...staging, name: "production", runtime: "nodejs22.x", account: "2" },
      ]),
    ).toThrow(
      new Error(
        [
          "4 problems in environments/",
          `  staging.account: "1" ${notAccount}`,
          '  staging.cors.allowedOrigins[0]: "*" lets in origins that nobody listed; write each one out',
          "  staging.cors.allowCredentials: true lets every website act as the signed-in user, together with a wildcard; write false",
          `  production.account: "2" ${notAccount}`,
        ].join("\n"),
      ),
    );
  });

  test("speaks of one problem in the singular", () => {
    expect(() => checked([{ ...staging, region: "here" }])).toThrow(
      new Error(`1 problem in environments/\n  staging.region: "here" ${notRegion}`),
    );
  });
});
