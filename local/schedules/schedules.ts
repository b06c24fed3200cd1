import type { ScheduleDefinition } from "../definition/model";
import { requirePermissions } from "../event-sources/permissions";
import { scheduleOf } from "../expressions/schedule-expression";
import { messageOf } from "../shared/errors";
import { AsyncCalls, type AsyncCallsSettings } from "./async-calls";

/** The most milliseconds that are waited at once: a timer takes no month, and the clock may be put forward. */
const LONGEST_WAIT = 60_000;

export interface SchedulesSettings extends AsyncCallsSettings {
  readonly definitions: readonly ScheduleDefinition[];
}

/** The schedules of the definition, which call their functions at their times. Times that pass while nothing runs are skipped. */
export class Schedules {
  private readonly calls: AsyncCalls;
  private readonly cancels = new Map<ScheduleDefinition, () => void>();
  private stopped = false;

  /** @throws StartError for a function that may not send to the queue that is to hear of its failures */
  constructor(private readonly settings: SchedulesSettings) {
    this.calls = new AsyncCalls(settings);
    for (const { name, function: target, failures } of settings.definitions)
      if (failures.onFailure !== undefined) requirePermissions(name, target, ["sqs:SendMessage"], failures.onFailure);
    for (const schedule of settings.definitions) this.wait(schedule, scheduleOf(schedule.expression).next(this.now()));
  }

  stop(): void {
    this.stopped = true;
    for (const cancel of this.cancels.values()) cancel();
    this.calls.stop();
  }

  async settled(): Promise<void> {
    await this.calls.settled();
  }

  private wait(schedule: ScheduleDefinition, due: number | undefined): void {
    if (due === undefined || this.stopped) return;
    const wait = Math.min(Math.max(0, due - this.now()), LONGEST_WAIT);
    const timer = () => {
      if (this.now() < due) return this.wait(schedule, due);
      this.fire(schedule);
      this.wait(schedule, scheduleOf(schedule.expression).next(this.now()));
    };
    this.cancels.set(schedule, this.settings.clock.after(wait, timer));
  }

  private fire({
    name,
    arn,
    function: target,
    input,
    roleName,
    policy,
    deadLetters,
    failures,
  }: ScheduleDefinition): void {
    if (policy.allows("lambda:InvokeFunction", target.arn)) {
      this.calls.call(target, input, failures);
      return;
    }
    this.settings.hint(
      `The schedule ${name} may not call ${target.name}: its role ${roleName} does not allow lambda:InvokeFunction.`,
    );
    if (deadLetters === undefined || !policy.allows("sqs:SendMessage", deadLetters)) return;
    this.settings
      .send(deadLetters, input, target)
      .catch((error: unknown) => this.settings.hint(`${arn} could not send a dead letter: ${messageOf(error)}`));
  }

  private now(): number {
    return this.settings.clock.now();
  }
}
