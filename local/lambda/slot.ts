import type { Clock } from "../shared/clock";
import type { InvocationResult } from "./invocation";
import type { Instance, StartInstance } from "./worker";

/** An invocation that waits for an instance or runs in one. */
export interface Call {
  readonly requestId: string;
  readonly event: string;
  /** The time of the invocation, in epoch milliseconds. */
  readonly since: number;
  /** The ending that replaces the call's answer, once the function has done its work. */
  readonly ending: "crash" | "timeout" | undefined;
  readonly answer: (result: InvocationResult) => void;
}

/** The events of a slot, which its function listens to. */
interface SlotEvents {
  ready(slot: Slot): void;
  answered(slot: Slot, result: InvocationResult): void;
  failed(slot: Slot, result: InvocationResult): void;
  ended(slot: Slot, reason: string): void;
  timedOut(slot: Slot): void;
}

export interface SlotSettings {
  readonly start: StartInstance;
  readonly clock: Clock;
  readonly timeoutSeconds: number;
  readonly log: (text: string) => void;
  readonly events: SlotEvents;
}

/** One instance of a function, together with the call that it handles. */
export class Slot {
  state: "starting" | "idle" | "busy" | "ended" = "starting";
  /** True if the instance ends after its call, because its code is no longer the newest. */
  retired = false;
  lastUsed: number;
  /** Resolves when the instance is loaded, or has ended before it was. */
  readonly started: Promise<void>;
  private readonly instance: Instance;
  private call: Call | undefined;
  private cancelTimeout: (() => void) | undefined;
  private resolveStarted: () => void = () => undefined;

  constructor(private readonly settings: SlotSettings) {
    const { start, clock, log, events } = settings;
    this.lastUsed = clock.now();
    this.started = new Promise((resolve) => {
      this.resolveStarted = resolve;
    });
    this.instance = start({
      ready: () => {
        if (this.state === "ended") return;
        this.resolveStarted();
        events.ready(this);
      },
      answered: (result) => events.answered(this, result),
      failed: (result) => events.failed(this, result),
      log,
      ended: (reason) => events.ended(this, reason),
    });
  }

  /** The id of the call that the instance handles, if it handles one. */
  get requestId(): string | undefined {
    return this.call?.requestId;
  }

  /** The ending that replaces the answer of the call that the instance handles. */
  get ending(): Call["ending"] {
    return this.call?.ending;
  }

  /** The trace id by which requests of this instance are known, if it has one. */
  get traceId(): string | undefined {
    return this.instance.traceId;
  }

  /** Hands the instance a call, which times out after the function's timeout. */
  run(call: Call): void {
    const { clock, timeoutSeconds, events } = this.settings;
    const now = clock.now();
    this.state = "busy";
    this.call = call;
    this.lastUsed = now;
    this.cancelTimeout = clock.after(timeoutSeconds * 1000, () => events.timedOut(this));
    this.instance.handle(call.requestId, now + timeoutSeconds * 1000, call.event);
  }

  /** Takes the call away from the instance, so that somebody can answer it. Nothing else answers it then. */
  takeCall(): Call | undefined {
    const { call } = this;
    this.call = undefined;
    this.cancelTimeout?.();
    return call;
  }

  /** Stops the instance. */
  end(): Promise<void> {
    this.cancelTimeout?.();
    this.state = "ended";
    this.resolveStarted();
    return this.instance.stop();
  }
}
