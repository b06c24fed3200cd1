import { randomUUID } from "node:crypto";
import type { AsyncFailures, FunctionDefinition } from "../definition/model";
import { errorText, type InvocationResult } from "../lambda/invocation";
import type { Clock } from "../shared/clock";
import { type Json, parseJson } from "../shared/json";

/** The milliseconds before the first and the second retry; see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const WAITS = [60_000, 120_000];

export interface AsyncCallsSettings {
  readonly invoke: (target: FunctionDefinition, event: string) => Promise<InvocationResult>;
  /** Sends a message to the queue with an ARN, in the function's name. */
  readonly send: (queueArn: string, body: string, target: FunctionDefinition) => Promise<void>;
  readonly clock: Clock;
  readonly hint: (text: string) => void;
}

/** Calls functions without waiting for them, repeats what failed, and tells a queue of what failed for good. */
export class AsyncCalls {
  private readonly cancels = new Set<() => void>();
  private readonly calls = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly settings: AsyncCallsSettings) {}

  /** Calls a function with an event, as JSON. */
  call(target: FunctionDefinition, event: string, failures: AsyncFailures): void {
    this.attempt({ target, event, failures, requestId: randomUUID(), since: this.settings.clock.now() }, 1);
  }

  /** Repeats no call any more. */
  stop(): void {
    this.stopped = true;
    for (const cancel of this.cancels) cancel();
  }

  /** Waits for the ends of calls that were under way. */
  async settled(): Promise<void> {
    await Promise.all(this.calls);
  }

  private attempt(call: Call, count: number): void {
    const done = this.perform(call, count).finally(() => this.calls.delete(done));
    this.calls.add(done);
  }

  private async perform(call: Call, count: number): Promise<void> {
    const { invoke, clock, hint } = this.settings;
    const { target, event, failures, since } = call;
    const result = await invoke(target, event);
    if (result.ok || this.stopped) return;
    hint(`${target.bundle} failed on ${event}: ${errorText(result)}`);
    if (count > failures.retries) return this.giveUp(call, count, "RetriesExhausted", result);
    const wait = WAITS[count - 1] ?? 0;
    if (clock.now() + wait - since > failures.maximumAgeSeconds * 1000)
      return this.giveUp(call, count, "EventAgeExceeded", result);
    const cancel = clock.after(wait, () => {
      this.cancels.delete(cancel);
      this.attempt(call, count + 1);
    });
    this.cancels.add(cancel);
  }

  private async giveUp(call: Call, count: number, condition: string, { json }: InvocationResult): Promise<void> {
    const { clock, send } = this.settings;
    const { target, event, failures, requestId } = call;
    if (failures.onFailure === undefined) return;
    const payload = (text: string): Json => parseJson(text) ?? text;
    const message = {
      version: "1.0",
      timestamp: new Date(clock.now()).toISOString(),
      requestContext: {
        requestId,
        functionArn: `${target.arn}:$LATEST`,
        condition,
        approximateInvokeCount: count,
      },
      requestPayload: payload(event),
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: payload(json),
    };
    await send(failures.onFailure, JSON.stringify(message), target);
  }
}

interface Call {
  readonly target: FunctionDefinition;
  readonly event: string;
  readonly failures: AsyncFailures;
  readonly requestId: string;
  /** The time of the first attempt, in epoch milliseconds. */
  readonly since: number;
}
