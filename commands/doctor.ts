import type { Command } from "commander";
import { environments } from "../environments";
import { environmentNamed } from "./aws/environment";
import { diagnoseAccount } from "./doctor/account";
import { diagnoseDefinition } from "./doctor/definition";
import type { Diagnosis } from "./doctor/diagnosis";
import { diagnoseMachine, type Machine } from "./doctor/machine";
import { EXIT, type ExitCode } from "./errors/exit-codes";
import { action, type Run, withCommonOptions } from "./terminal/command";
import type { Host } from "./terminal/terminal";

export interface DoctorServices {
  readonly host: Host;
  readonly machine: Machine;
  /** In epoch milliseconds. */
  readonly now: () => number;
}

/** Adds `terrace doctor`, which looks for what a deployment would trip over, and changes nothing. */
export function addDoctorCommand(program: Command, services: DoctorServices): void {
  const command = program
    .command("doctor")
    .description("Looks for what a deployment would trip over, and says what to do about each; changes nothing")
    .argument("[environment]", "without one, this machine and what the environments say");
  withCommonOptions(command, { changes: false, attention: "something is not fine", refuses: false }).action(
    action(services.host, (run: Run, name: string | undefined) => doctor(run, name, services)),
  );
}

async function doctor(
  { terminal, signal }: Run,
  name: string | undefined,
  { host, machine, now }: DoctorServices,
): Promise<ExitCode> {
  const looked = (name === undefined ? environments.map((environment) => environment.name) : [name]).map((each) =>
    environmentNamed(each, host.env),
  );
  const found: Diagnosis[] = [];
  const add = (diagnoses: readonly Diagnosis[]) => {
    found.push(...diagnoses);
    if (!terminal.json) for (const line of diagnoses.flatMap(linesOf)) terminal.say(line);
  };
  add(diagnoseMachine(machine));
  for (const environment of looked) add(diagnoseDefinition(environment, now()));
  const [environment] = looked;
  if (name !== undefined && environment) add(await diagnoseAccount(environment, signal));

  const count = (state: Diagnosis["state"]) => found.filter((diagnosis) => diagnosis.state === state).length;
  const summary = `${count("wrong")} wrong, ${count("warning")} to look at, ${count("unknown")} unknown, ${count("fine")} fine.`;
  terminal.finish({ environment: name, diagnoses: found }, [summary]);
  return count("fine") === found.length ? EXIT.done : EXIT.attention;

  function linesOf({ subject, state, says, remedy }: Diagnosis): readonly string[] {
    const style = { fine: "good", unknown: "warning", warning: "warning", wrong: "bad" } as const;
    const head = `${terminal.styled(style[state], state.padEnd(8))} ${subject} ${says}`;
    return remedy === undefined ? [head] : [head, `           ${remedy}`];
  }
}
