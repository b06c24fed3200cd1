import type { FunctionDefinition } from "../../../local/definition/model";
import type { InvocationResult } from "../../../local/lambda/invocation";
import type { JsonObject } from "../../../local/shared/json";
import type { FakeClock } from "../fake-clock";

export const FUNCTION: FunctionDefinition = {
  name: "work",
  bundle: "work",
  packageType: "Zip",
  arn: "arn:aws:lambda:eu-west-1:123456789012:function:work",
  runtime: "nodejs24.x",
  variables: {},
  timeoutSeconds: 10,
  memoryMegabytes: 128,
  roleName: "work",
  policy: { grants: [], allows: () => true },
  grants: [],
  logGroup: "/aws/lambda/work",
  mayWriteLogs: () => true,
};

/** What a call answers: a result, or a failure. */
export type Answer = object | null | "throws";
export const resultOf = (answer: Answer): InvocationResult =>
  answer === "throws"
    ? { ok: false, json: '{"errorType":"Error","errorMessage":"no"}' }
    : { ok: true, json: JSON.stringify(answer) };

/** The records of an event. */
export const recordsIn = (event: string): readonly JsonObject[] => JSON.parse(event).Records;

/** Lets time pass, a second at a time, until a condition holds; what has to reach the disk takes its own time. */
export async function passing(clock: FakeClock, condition: () => boolean, step = 1_000): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(step);
  }
}
