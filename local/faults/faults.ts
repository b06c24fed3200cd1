import type { Clock } from "../shared/clock";
import { ConnectionCut } from "./connection-cut";
import { DecisionLog } from "./decision-log";
import { ERRORS, type ServiceError } from "./errors";
import { JumpingClock } from "./jumping-clock";
import type { Fault, FaultScenario, What } from "./scenario";
import { type Call, Trigger } from "./trigger";

/** The faults that only a service itself knows how to bring about, instead of the call. */
export interface Effects<T> {
  /** Answers with an error. */
  readonly error?: (error: ServiceError) => T;
  /** Answers as if the call had been done. */
  readonly lose?: () => T;
  /** Lets the function do its work and then end without an answer. */
  readonly crash?: () => T | Promise<T>;
  /** Lets the function do its work and then run out of time. */
  readonly timeout?: () => T | Promise<T>;
}

export interface FaultsSettings {
  readonly scenario: FaultScenario;
  /** The data folder, in which the faults are logged. */
  readonly folder: string;
  readonly clock: Clock;
  /** Ends the instance of a function that made a call, as if it had crashed. */
  readonly crash: (call: Call) => void;
  readonly hint: (text: string) => void;
}

interface Armed {
  readonly fault: Fault;
  readonly trigger: Trigger;
  /** The fault's name in the log. */
  readonly name: string;
}

/** Injects the faults of a scenario into the calls of the local cloud's services, and into its clock. */
export class Faults {
  /** The clock of the whole cloud, which a fault can make jump. */
  readonly clock: JumpingClock;
  private readonly armed: readonly Armed[];
  private readonly log: DecisionLog;
  private readonly start: number;
  /** Cancels the jumps that are still to come, and lets go of calls that wait. */
  private readonly endings = new Set<() => void>();
  private stopped = false;

  constructor(private readonly settings: FaultsSettings) {
    const { scenario, folder, clock, hint } = settings;
    this.clock = new JumpingClock(clock);
    this.start = clock.now();
    this.log = new DecisionLog(folder, scenario, hint);
    this.armed = scenario.faults.map((fault, index) => ({
      fault,
      trigger: new Trigger(fault.when, `${scenario.seed}/${index}`),
      name: fault.name ?? `faults[${index}]`,
    }));
    for (const { fault, name } of this.armed) {
      const { when, what } = fault;
      if (when.service === "clock" && what.kind === "jump")
        this.endings.add(
          clock.after((when.window?.from ?? 0) * 1000, () => {
            this.log.record({ fault: name, service: "clock", what });
            this.clock.jump(what.seconds);
          }),
        );
    }
  }

  /** Begins the log, once the data folder is this run's. */
  begin(): void {
    this.log.open();
  }

  /**
   * Does a call, unless a fault happens to it. If several would, the first of the scenario does.
   *
   * @throws ConnectionCut if the caller is not to be answered
   */
  async around<T>(call: Call, perform: () => T | Promise<T>, effects: Effects<T> = {}): Promise<T> {
    const what = this.decide(call);
    if (!what) return perform();
    switch (what.kind) {
      case "latency":
        await this.delay(what.milliseconds);
        return perform();
      case "jump":
        this.clock.jump(what.seconds);
        return perform();
      case "hang":
        return new Promise<T>((_, reject) => this.endings.add(() => reject(new ConnectionCut())));
      case "error": {
        const error = ERRORS[call.service].find(({ name }) => name === what.error);
        if (error && effects.error) return effects.error(error);
        break;
      }
      case "lose":
      case "timeout":
      case "crash": {
        const effect = effects[what.kind];
        if (effect) return effect();
      }
    }
    if (what.kind !== "cut" && what.kind !== "crash") throw new Error(`${call.service} cannot have a ${what.kind}.`);
    // Nobody hears how the call ended.
    await Promise.allSettled([(async () => perform())()]);
    if (what.kind === "crash") this.settings.crash(call);
    throw new ConnectionCut();
  }

  /** Lets no fault happen any more and cuts off the calls that hang. */
  stop(): void {
    this.stopped = true;
    for (const end of this.endings) end();
    this.log.end();
  }

  private decide(call: Call): What | undefined {
    if (this.stopped) return undefined;
    const seconds = (this.settings.clock.now() - this.start) / 1000;
    let decided: What | undefined;
    // Every fault counts every call that matches, so that none depends on those before it in the scenario.
    for (const { fault, trigger, name } of this.armed) {
      const nth = trigger.happens(call, seconds);
      if (nth === undefined || decided) continue;
      decided = fault.what;
      const { service, operation, function: caller } = call;
      this.log.record({ fault: name, service, operation, function: caller, nth, what: decided });
    }
    return decided;
  }

  private delay(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.endings.delete(done);
        resolve();
      };
      const cancel = this.settings.clock.after(milliseconds, done);
      this.endings.add(done);
    });
  }
}
