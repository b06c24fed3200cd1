import { randomUUID } from "node:crypto";
import type { Clock } from "../shared/clock";
import type { FunctionError } from "./instance-protocol";
import type { Instance, InvocationResult, StartInstance } from "./worker";

export interface LambdaSettings {
  readonly timeoutSeconds: number;
  readonly start: StartInstance;
  readonly clock: Clock;
  /** Takes what the function writes and what Lambda writes about it. */
  readonly log: (text: string) => void;
}

interface Call {
  readonly requestId: string;
  readonly event: string;
  readonly since: number;
  readonly answer: (answer: InvocationResult) => void;
}

interface Slot {
  instance: Instance;
  state: "starting" | "idle" | "busy" | "ended";
  /** Ends after its call: its code is no longer the newest. */
  retired: boolean;
  call: Call | undefined;
  cancelTimeout: (() => void) | undefined;
  lastUsed: number;
  /** Says that it is loaded, or has ended. */
  readonly started: () => void;
}

/** How many calls run at once on this machine; Lambda would go on to a thousand. */
const MAX_INSTANCES = 4;
/**
 * While calls wait and none has been answered for this long, in milliseconds, another instance is started. Lambda would
 * start one at once; here a new one takes longer than most calls, and instances that compute share the same processors.
 */
const GROW_AFTER = 25;
/** An instance beyond the first ends after it was idle this long, in milliseconds. */
const IDLE_LIFE = 10_000;

/**
 * A function: hands each event to an instance, one at a time per instance as Lambda does, and starts more when events
 * have to wait. An instance that fails to load, runs out of time or exits is replaced with the next call.
 */
export class Lambda {
  private slots: Slot[] = [];
  private readonly idle: Slot[] = [];
  private readonly waiting: Call[] = [];
  private cancelGrowth: (() => void) | undefined;
  private lastAnswer = 0;
  private stopped = false;
  private readonly endSweep: () => void;

  constructor(private readonly settings: LambdaSettings) {
    this.endSweep = settings.clock.every(IDLE_LIFE, () => this.retireIdle());
  }

  /** Calls the function with an event, as JSON. Never rejects: what went wrong is in the answer. */
  invoke(event: string): Promise<InvocationResult> {
    return new Promise((answer) => {
      if (this.stopped) return answer(failure("Runtime.Stopped", "The local cloud is stopping."));
      this.waiting.push({ requestId: randomUUID(), event, since: this.settings.clock.now(), answer });
      this.dispatch();
    });
  }

  /** Starts an instance if there is none yet, so that the first call does not wait for it; resolves when it is loaded. */
  async prepare(): Promise<void> {
    if (this.slots.length === 0 && !this.stopped) await this.start();
  }

  /** Runs new code from now on. Calls that are under way end in the old. */
  reload(): void {
    for (const slot of [...this.slots]) {
      if (slot.state === "busy") slot.retired = true;
      else void this.end(slot);
    }
    void this.start();
  }

  /** How many instances there are. */
  get instances(): number {
    return this.slots.length;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.endSweep();
    this.cancelGrowth?.();
    for (const call of this.waiting.splice(0)) call.answer(failure("Runtime.Stopped", "The local cloud is stopping."));
    await Promise.all(this.slots.map((slot) => this.end(slot)));
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const slot = this.idle.pop();
      if (!slot) break;
      const call = this.waiting.shift();
      if (call) this.run(slot, call);
    }
    if (this.waiting.length === 0 || this.stopped) return;
    if (this.slots.length === 0) void this.start();
    this.cancelGrowth ??= this.settings.clock.after(GROW_AFTER, () => this.grow());
  }

  private run(slot: Slot, call: Call): void {
    const { clock, timeoutSeconds } = this.settings;
    const now = clock.now();
    slot.state = "busy";
    slot.call = call;
    slot.lastUsed = now;
    slot.cancelTimeout = clock.after(timeoutSeconds * 1000, () => this.timeOut(slot, call));
    slot.instance.handle(call.requestId, now + timeoutSeconds * 1000, call.event);
  }

  private grow(): void {
    this.cancelGrowth = undefined;
    const [oldest] = this.waiting;
    if (!oldest) return;
    const stuck = this.settings.clock.now() - Math.max(oldest.since, this.lastAnswer);
    const starting = this.slots.some(({ state }) => state === "starting");
    if (stuck >= GROW_AFTER && !starting && this.slots.length < MAX_INSTANCES) void this.start();
    this.dispatch();
  }

  /** Resolves when the instance is loaded, or has ended without getting there. */
  private start(): Promise<void> {
    const { start, log, clock } = this.settings;
    return new Promise((started) => {
      const instance = start({
        ready: () => {
          slot.started();
          this.free(slot);
        },
        answered: (answer) => this.answered(slot, answer),
        failed: (answer) => this.failed(slot, answer),
        log,
        ended: (reason) => this.ended(slot, reason),
      });
      const slot: Slot = {
        instance,
        state: "starting",
        retired: false,
        call: undefined,
        cancelTimeout: undefined,
        lastUsed: clock.now(),
        started,
      };
      this.slots.push(slot);
    });
  }

  private free(slot: Slot): void {
    if (slot.state === "ended") return;
    slot.state = "idle";
    this.idle.push(slot);
    this.dispatch();
  }

  private answered(slot: Slot, answer: InvocationResult): void {
    const { call } = slot;
    if (!call) return;
    slot.cancelTimeout?.();
    slot.call = undefined;
    this.lastAnswer = this.settings.clock.now();
    if (slot.retired) void this.end(slot);
    else this.free(slot);
    call.answer(answer);
  }

  private failed(slot: Slot, answer: InvocationResult): void {
    const { call, state } = slot;
    if (state === "ended") return;
    slot.call = undefined;
    void this.end(slot);
    call?.answer(answer);
    // It could not even load: on AWS every call that waits would have met the same error in an instance of its own.
    if (state === "starting") for (const waiting of this.waiting.splice(0)) waiting.answer(answer);
    this.dispatch();
  }

  private timeOut(slot: Slot, { requestId, answer }: Call): void {
    const { clock, log, timeoutSeconds } = this.settings;
    const message = `${new Date(clock.now()).toISOString()} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
    log(`${message}\n`);
    slot.call = undefined;
    void this.end(slot);
    answer(failure("Sandbox.Timedout", message));
    this.dispatch();
  }

  private ended(slot: Slot, reason: string): void {
    const { call, state } = slot;
    if (state === "ended") return;
    const message = `RequestId: ${call?.requestId} Error: ${reason}`;
    if (call || state === "starting") this.settings.log(`${message}\n`);
    this.failed(slot, failure("Runtime.ExitError", message));
  }

  private end(slot: Slot): Promise<void> {
    slot.cancelTimeout?.();
    this.forget(slot);
    slot.call?.answer(failure("Runtime.Stopped", "The local cloud is stopping."));
    return slot.instance.stop();
  }

  private forget(slot: Slot): void {
    slot.state = "ended";
    slot.started();
    this.slots = this.slots.filter((other) => other !== slot);
    const index = this.idle.indexOf(slot);
    if (index >= 0) this.idle.splice(index, 1);
  }

  private retireIdle(): void {
    const now = this.settings.clock.now();
    for (const slot of this.idle.slice(0, this.slots.length - 1))
      if (now - slot.lastUsed >= IDLE_LIFE) void this.end(slot);
  }
}

function failure(errorType: string, errorMessage: string): InvocationResult {
  const error: FunctionError = { errorType, errorMessage };
  return { ok: false, json: JSON.stringify(error) };
}
