import type { Task, TaskQueue } from "../../domain/delivery/tasks";
import type { BatchResponse } from "../../functions/shared/types";
import type { Inputs } from "./inputs";
import type { Invocation, VirtualLambda } from "./lambda";
import type { VirtualTime } from "./virtual-time";

interface Message {
  readonly id: string;
  readonly body: string;
  tries: number;
}

/** The handler of the workers, made for one invocation. */
type HandlerOf = (invocation: Invocation) => (event: unknown) => Promise<BatchResponse>;

/** A worker that crashes does so within so many milliseconds, in which it does a segment. */
const CRASH_WITHIN = 1_500;

/**
 * The queue of deliveries with its event source mapping: one message for each invocation, no more workers at once than
 * there may be, and a message that was not finished comes back when its visibility timeout is over.
 */
export class VirtualQueue implements TaskQueue {
  calls = 0;
  deadLetters = 0;
  crashes = 0;
  duplicates = 0;
  private readonly visible: Message[] = [];
  /** Messages that are in the queue or being worked on. */
  private left = 0;
  private workers = 0;
  private startedAt: number | undefined;
  private count = 0;
  private idle: (() => void) | undefined;

  constructor(
    private readonly time: VirtualTime,
    private readonly inputs: Inputs,
    private readonly lambda: VirtualLambda,
    private readonly handlerOf: HandlerOf,
    private readonly random: () => number,
  ) {}

  async send(tasks: readonly Task[], delaySeconds = 0): Promise<void> {
    this.calls += Math.ceil(tasks.length / 10);
    for (const task of tasks) {
      const body = JSON.stringify(task);
      this.enter(body, delaySeconds * 1_000);
      if (this.random() >= this.inputs.faults.duplicate) continue;
      this.duplicates += 1;
      this.enter(body, delaySeconds * 1_000 + this.random() * 5_000);
    }
  }

  /** Waits until nothing is left to do. */
  async settled(): Promise<void> {
    if (this.left === 0) return;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
    });
  }

  private enter(body: string, delay: number): void {
    this.left += 1;
    this.appear({ id: String(this.count++), body, tries: 0 }, delay);
  }

  private appear(message: Message, delay: number): void {
    this.time.after(delay, () => {
      this.visible.push(message);
      this.handOut();
    });
  }

  /** Hands messages to workers, of whom there are more from time to time. */
  private handOut(): void {
    const { queue, lambda } = this.inputs;
    this.startedAt ??= this.time.now;
    const grown = queue.firstWorkers + Math.floor((this.time.now - this.startedAt) / queue.growEvery);
    const most = Math.min(lambda.workers, grown);
    while (this.workers < most) {
      const message = this.visible.shift();
      if (!message) return;
      this.workers += 1;
      void this.work(message);
    }
    if (most < lambda.workers && this.visible.length > 0) this.time.after(queue.growEvery, () => this.handOut());
  }

  private async work(message: Message): Promise<void> {
    const { queue, faults, lambda } = this.inputs;
    const received = this.time.now;
    message.tries += 1;
    this.calls += 1;
    await this.time.sleep(queue.poll);
    const crashes = this.random() < faults.crash;
    const crashAfter = crashes ? this.random() * CRASH_WITHIN : Number.POSITIVE_INFINITY;
    const isDone = await this.lambda.invoke(async (invocation) => {
      const { batchItemFailures } = await this.handlerOf(invocation)({
        Records: [{ messageId: message.id, body: message.body }],
      });
      return batchItemFailures.length === 0;
    }, crashAfter);
    this.workers -= 1;
    if (isDone) {
      this.calls += 1;
      this.left -= 1;
      if (this.left === 0) this.idle?.();
    } else {
      if (isDone === undefined) this.crashes += 1;
      // The same as stacks/constructs/background/queue.ts makes of the workers' time for a redelivery that is soon.
      const visibleAt = received + (lambda.timeoutSeconds + 1) * 1_000;
      if (message.tries < queue.tries) this.appear(message, visibleAt - this.time.now);
      else {
        this.deadLetters += 1;
        this.left -= 1;
        if (this.left === 0) this.idle?.();
      }
    }
    this.handOut();
  }
}
