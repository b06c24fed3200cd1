import { setMaxListeners } from "node:events";
import type { Command } from "commander";
import { awsFailure } from "../errors/aws-failure";
import { CommandError } from "../errors/command-error";
import { type Endings, EXIT, type ExitCode, exitCodesHelp } from "../errors/exit-codes";
import { type Host, Terminal, type TerminalOptions } from "./terminal";

/** What a command's work is given. */
export interface Run {
  readonly terminal: Terminal;
  /** Aborted once, by the first Ctrl-C or signal. Pass it to whatever waits; what is half has to be said or finished. */
  readonly signal: AbortSignal;
}

/** What all commands have in common, and where they differ. */
export interface Traits extends Endings {
  /** True if it changes something, and asks before. */
  readonly changes: boolean;
}

/** Gives a command the options that all have: `--json`, and `--yes` if it changes something; and the table of exit codes. */
export function withCommonOptions(command: Command, { changes, ...endings }: Traits): Command {
  command.option("--json", "print one JSON document, and progress on standard error");
  if (changes) command.option("-y, --yes", "do not ask");
  return command.addHelpText("after", exitCodesHelp(endings));
}

/**
 * Returns the action of a command. It runs the work, shows errors as sentences with a remedy, and sets the exit code.
 * Ctrl-C, SIGTERM and a closed terminal or pipe abort the work's signal, the first time only: what the work started may
 * take a second one for an order to drop everything, as Terraform does.
 */
export function action<Arguments extends readonly unknown[]>(
  host: Host,
  work: (run: Run, ...values: Arguments) => Promise<ExitCode>,
): (...values: [...Arguments, TerminalOptions, Command]) => Promise<void> {
  return async (...values) => {
    const options = values.at(-2) as TerminalOptions;
    const terminal = new Terminal(host, options);
    const { signal, release } = interruption(host, terminal);
    try {
      // Options stay among the values: a command has some of its own. The command itself is of no use to its work.
      host.exitCode = await work({ terminal, signal }, ...(values.slice(0, -1) as unknown as Arguments));
    } catch (error) {
      // An error of the command itself tells more of an interruption than the signal does, such as what is half done.
      const cut = signal.aborted && !(error instanceof CommandError);
      const shown: unknown = cut ? signal.reason : (awsFailure(error) ?? error);
      terminal.fail(shown);
      host.exitCode = shown instanceof CommandError ? shown.exitCode : EXIT.failed;
    } finally {
      release();
    }
  };
}

/** The last comes when a reader went away, such as `head`. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"] as const;

function interruption(host: Host, terminal: Terminal): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  // Every call of AWS listens to the signal until it is answered, and many are under way at once.
  setMaxListeners(0, controller.signal);
  const stop = () => {
    if (controller.signal.aborted) return terminal.warn("It is stopping already, and finishes what is under way.");
    terminal.warn("Stopping: what is under way is finished first.");
    controller.abort(
      new CommandError({
        subject: "command",
        mistake: "was interrupted",
        remedy: "run it again, and it goes on where it stopped",
        exitCode: EXIT.interrupted,
      }),
    );
  };
  for (const name of SIGNALS) host.on(name, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) host.off(name, stop);
    },
  };
}
