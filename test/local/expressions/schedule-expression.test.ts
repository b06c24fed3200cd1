import { describe, expect, test } from "@jest/globals";
import { scheduleOf } from "../../../local/expressions/schedule-expression";

const timesOf = (expression: string, time: string, count = 1) => {
  const { next } = scheduleOf(expression);
  const times: string[] = [];
  let now: number | undefined = Date.parse(time);
  while (times.length < count) {
    now = next(now ?? Number.NaN);
    if (now === undefined) break;
    times.push(new Date(now).toISOString().replace(":00.000Z", "Z"));
  }
  return times;
};

describe("a schedule calls next", () => {
  test.each<[string, string, readonly string[]]>([
    ["rate(1 hour)", "2026-03-04T05:06:07Z", ["2026-03-04T06:00Z", "2026-03-04T07:00Z"]],
    ["rate(5 minutes)", "2026-03-04T05:05:00Z", ["2026-03-04T05:10Z"]],
    ["rate(1 day)", "2026-03-04T05:06:07Z", ["2026-03-05T00:00Z"]],
    ["cron(0 3 * * ? *)", "2026-03-04T03:00:00Z", ["2026-03-05T03:00Z"]],
    ["cron(0/20 8-9 ? * MON-FRI *)", "2026-03-06T09:30:00Z", ["2026-03-06T09:40Z", "2026-03-09T08:00Z"]],
    [
      "cron(15,45 0 1 1,jul ? *)",
      "2026-03-04T00:00:00Z",
      ["2026-07-01T00:15Z", "2026-07-01T00:45Z", "2027-01-01T00:15Z"],
    ],
    ["cron(0 0 29 2 ? *)", "2026-03-04T00:00:00Z", ["2028-02-29T00:00Z"]],
    ["cron(0 12 ? * 1 2027)", "2026-12-31T00:00:00Z", ["2027-01-03T12:00Z"]],
  ])("%s after %s", (expression, time, expected) => {
    expect(timesOf(expression, time, expected.length)).toEqual(expected);
  });

  test("never, when its years are over", () => {
    expect(timesOf("cron(0 0 1 1 ? 2020)", "2026-03-04T00:00:00Z")).toEqual([]);
  });
});

test.each<[string, string]>([
  ["at(2026-03-04T05:06:07)", "only rate(…) and cron(…) are"],
  ["every hour", "only rate(…) and cron(…) are"],
  ["rate(1 hours)", "write such as rate(5 minutes) or rate(1 hour)"],
  ["rate(5 minute)", "write such as rate(5 minutes) or rate(1 hour)"],
  ["rate(0 minutes)", "write such as rate(5 minutes) or rate(1 hour)"],
  ["cron(0 3 * * *)", "has 5 fields: it needs six"],
  ["cron(0 3 * * * *)", "needs a ? for the day of the month or for that of the week"],
  ["cron(60 3 * * ? *)", 'has "60", which is not emulated or out of 0 to 59'],
  ["cron(0 3 L * ? *)", 'has "L", which is not emulated'],
  ["cron(0 3 ? * 2#1 *)", 'has "2#1", which is not emulated'],
])("what is not emulated is refused: %s", (expression, message) => {
  expect(() => scheduleOf(expression)).toThrow(message);
});
