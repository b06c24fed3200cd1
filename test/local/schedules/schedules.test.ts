import { describe, expect, test } from "@jest/globals";
import type { ScheduleDefinition } from "../../../local/definition/model";
import { readPolicy } from "../../../local/iam/policy";
import { Schedules } from "../../../local/schedules/schedules";
import { type Answer, FUNCTION, resultOf } from "../event-sources/calls";
import { FakeClock } from "../fake-clock";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const allowing = (action: string, resource: string) =>
  readPolicy(JSON.stringify({ Statement: [{ Effect: "Allow", Action: action, Resource: resource }] }), "test");
const HOURLY: ScheduleDefinition = {
  name: "hourly",
  arn: "arn:schedule",
  expression: "rate(1 hour)",
  function: FUNCTION,
  input: '{"source":"hourly.schedule"}',
  roleName: "hourly",
  policy: allowing("lambda:InvokeFunction", FUNCTION.arn),
  deadLetters: "arn:dead",
  failures: { retries: 2, maximumAgeSeconds: 3_600, onFailure: "arn:failed" },
};

function running(definition: Partial<ScheduleDefinition> = {}, answer: () => Answer = () => null) {
  const clock = new FakeClock(Date.parse("2026-03-04T05:06:00Z"));
  const called: string[] = [];
  const sent: [queue: string, body: unknown][] = [];
  const hints: string[] = [];
  const schedules = new Schedules({
    definitions: [{ ...HOURLY, ...definition }],
    clock,
    hint: (text) => hints.push(text),
    send: async (queue, body) => void sent.push([queue, JSON.parse(body)]),
    invoke: async (_, event) => {
      called.push(`${new Date(clock.now()).toISOString().slice(11, 16)} ${event}`);
      return resultOf(answer());
    },
  });
  /** Lets time pass, and what happens then happen. */
  const pass = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += MINUTE) {
      clock.advance(MINUTE);
      for (let round = 0; round < 5; round++) await Promise.resolve();
    }
  };
  return { schedules, clock, called, sent, hints, pass };
}

describe("a schedule", () => {
  test("calls its function with its input, each time once, and with nobody waiting", async () => {
    const { called, pass } = running();
    await pass(3 * HOUR);
    const event = HOURLY.input;
    expect(called).toEqual([`06:00 ${event}`, `07:00 ${event}`, `08:00 ${event}`]);
  });

  test("calls no more once it is stopped", async () => {
    const { schedules, called, pass } = running();
    schedules.stop();
    await pass(3 * HOUR);
    await schedules.settled();
    expect(called).toEqual([]);
  });

  test("repeats a call that failed after one and two minutes, and tells the queue of failures then", async () => {
    const { called, sent, pass } = running({}, () => "throws");
    await pass(HOUR);
    expect(called.map((call) => call.slice(0, 5))).toEqual(["06:00", "06:01", "06:03"]);
    expect(sent).toEqual([
      [
        "arn:failed",
        {
          version: "1.0",
          timestamp: "2026-03-04T06:03:00.000Z",
          requestContext: {
            requestId: expect.any(String),
            functionArn: `${FUNCTION.arn}:$LATEST`,
            condition: "RetriesExhausted",
            approximateInvokeCount: 3,
          },
          requestPayload: { source: "hourly.schedule" },
          responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
          responsePayload: { errorType: "Error", errorMessage: "no" },
        },
      ],
    ]);
  });

  test("gives up a call that would be too old when it is repeated", async () => {
    const failures = { ...HOURLY.failures, maximumAgeSeconds: 90 };
    const { called, sent, pass } = running({ failures }, () => "throws");
    await pass(HOUR);
    expect(called).toHaveLength(2);
    expect(sent[0]?.[1]).toMatchObject({ requestContext: { condition: "EventAgeExceeded" } });
  });

  test("whose role may not call the function does not, and keeps the event if it may", async () => {
    const { called, sent, hints, pass } = running({ policy: allowing("sqs:SendMessage", "arn:dead") });
    await pass(HOUR);
    expect(called).toEqual([]);
    expect(sent).toEqual([["arn:dead", { source: "hourly.schedule" }]]);
    expect(hints).toEqual([expect.stringContaining("its role hourly does not allow lambda:InvokeFunction")]);
  });

  test("is refused if the function may not send to the queue of its failures, as by AWS", () => {
    const policy = allowing("sqs:SendMessage", "arn:other");
    expect(() => running({ function: { ...FUNCTION, policy } })).toThrow(
      "AWS would refuse it, because work, the role of work, does not allow sqs:SendMessage on arn:failed.",
    );
  });
});
