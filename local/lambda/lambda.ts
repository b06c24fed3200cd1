import { randomUUID } from "node:crypto";
import type { Clock } from "../shared/clock";
import { failedInvocation, type InvocationResult } from "./invocation";
import { type Call, Slot } from "./slot";
import type { StartInstance } from "./worker";

export interface LambdaSettings {
  readonly timeoutSeconds: number;
  readonly start: StartInstance;
  readonly clock: Clock;
  /** Takes the text that the function writes and that Lambda writes about it. */
  readonly log: (text: string) => void;
}

/** The most calls that run at once on this machine. Lambda would go on to a thousand. */
export const MAX_INSTANCES = 4;
/**
 * The milliseconds without an answer after which calls that wait get another instance. Lambda would start one at once;
 * here a new one takes longer than most calls, and instances that compute share the same processors.
 */
const GROW_AFTER = 25;
/** The milliseconds after which an idle instance ends, unless it is the only one. */
const IDLE_LIFETIME = 10_000;

const KILLED = "Runtime exited with error: signal: killed";
const STOPPED = failedInvocation("Runtime.Stopped", "The local cloud is stopping.");

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
    this.endSweep = settings.clock.every(IDLE_LIFETIME, () => this.endIdle());
  }

  /**
   * Calls the function with an event, as JSON. Never rejects: a failure is in the result.
   *
   * @param ending what becomes of the call instead of an answer, once the function has done its work. @default - nothing
   */
  invoke(event: string, ending?: Call["ending"]): Promise<InvocationResult> {
    return new Promise((answer) => {
      if (this.stopped) return answer(STOPPED);
      this.waiting.push({ requestId: randomUUID(), event, since: this.settings.clock.now(), ending, answer });
      this.dispatch();
    });
  }

  /** Starts an instance if there is none, so that the first call need not wait for it. Resolves when it is loaded. */
  async prepare(): Promise<void> {
    if (this.slots.length === 0 && !this.stopped) await this.start().started;
  }

  /** Runs new code from now on. Calls that are under way end in the old code. */
  reload(): void {
    for (const slot of [...this.slots]) {
      if (slot.state === "busy") slot.retired = true;
      else void this.end(slot);
    }
    this.start();
  }

  /** Ends the instance with this trace id, or the first one that is busy, in the middle of its call. */
  crash(traceId: string | undefined): void {
    const busy = this.slots.filter(({ state }) => state === "busy");
    const slot = busy.find((candidate) => candidate.traceId === traceId) ?? busy[0];
    if (slot) this.ended(slot, KILLED);
  }

  /** The number of instances. */
  get instances(): number {
    return this.slots.length;
  }

  /** Ends every instance. Calls that wait or are under way fail. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.endSweep();
    this.cancelGrowth?.();
    for (const call of this.waiting.splice(0)) call.answer(STOPPED);
    await Promise.all(this.slots.map((slot) => this.end(slot)));
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const slot = this.idle.pop();
      if (!slot) break;
      const call = this.waiting.shift();
      if (call) slot.run(call);
    }
    if (this.waiting.length === 0 || this.stopped) return;
    if (this.slots.length === 0) this.start();
    this.cancelGrowth ??= this.settings.clock.after(GROW_AFTER, () => this.grow());
  }

  /** Starts another instance if calls still wait and nothing was answered meanwhile. */
  private grow(): void {
    this.cancelGrowth = undefined;
    const [oldest] = this.waiting;
    if (!oldest) return;
    const stuck = this.settings.clock.now() - Math.max(oldest.since, this.lastAnswer);
    const starting = this.slots.some(({ state }) => state === "starting");
    if (stuck >= GROW_AFTER && !starting && this.slots.length < MAX_INSTANCES) this.start();
    this.dispatch();
  }

  private start(): Slot {
    const slot = new Slot({
      ...this.settings,
      events: {
        ready: (ready) => this.free(ready),
        answered: (answered, result) => this.answered(answered, result),
        failed: (failed, result) => this.failed(failed, result),
        ended: (ended, reason) => this.ended(ended, reason),
        timedOut: (late) => this.timedOut(late),
      },
    });
    this.slots.push(slot);
    return slot;
  }

  private free(slot: Slot): void {
    slot.state = "idle";
    this.idle.push(slot);
    this.dispatch();
  }

  private answered(slot: Slot, result: InvocationResult): void {
    if (slot.ending === "timeout") return;
    if (slot.ending === "crash") this.ended(slot, KILLED);
    const call = slot.takeCall();
    if (!call) return;
    this.lastAnswer = this.settings.clock.now();
    if (slot.retired) void this.end(slot);
    else this.free(slot);
    call.answer(result);
  }

  private failed(slot: Slot, result: InvocationResult): void {
    const { state } = slot;
    if (state === "ended") return;
    const call = slot.takeCall();
    void this.end(slot);
    call?.answer(result);
    // The instance could not even load: on AWS every call that waits would have met that in an instance of its own.
    if (state === "starting") for (const waiting of this.waiting.splice(0)) waiting.answer(result);
    this.dispatch();
  }

  private timedOut(slot: Slot): void {
    const { clock, log, timeoutSeconds } = this.settings;
    const call = slot.takeCall();
    const message = `${new Date(clock.now()).toISOString()} ${call?.requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
    log(`${message}\n`);
    void this.end(slot);
    call?.answer(failedInvocation("Sandbox.Timedout", message));
    this.dispatch();
  }

  private ended(slot: Slot, reason: string): void {
    const { state, requestId } = slot;
    if (state === "ended") return;
    const message = `RequestId: ${requestId} Error: ${reason}`;
    if (requestId !== undefined || state === "starting") this.settings.log(`${message}\n`);
    this.failed(slot, failedInvocation("Runtime.ExitError", message));
  }

  private end(slot: Slot): Promise<void> {
    this.slots = this.slots.filter((other) => other !== slot);
    const index = this.idle.indexOf(slot);
    if (index >= 0) this.idle.splice(index, 1);
    slot.takeCall()?.answer(STOPPED);
    return slot.end();
  }

  private endIdle(): void {
    const now = this.settings.clock.now();
    for (const slot of this.idle.slice(0, this.slots.length - 1))
      if (now - slot.lastUsed >= IDLE_LIFETIME) void this.end(slot);
  }
}
