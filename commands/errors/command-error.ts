import { EXIT, type ExitCode } from "./exit-codes";

/** A mistake that a person can mend: what it is about, what is there, what is wrong with it, and what to do. */
export interface Fault {
  /** What it is about, such as `environment`, `--to` or `AWS credentials`. */
  readonly subject: string;
  /** The value that was found, if there is one that may be shown. */
  readonly value?: string | number | undefined;
  /** What is wrong, as the rest of a sentence about the value: `is not an environment`. */
  readonly mistake: string;
  readonly remedy: string;
  /** 1 (failed) unless given. */
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/** An error whose message is for the person at the terminal; `environment: "stagin" is not an environment; did you mean staging?` */
export class CommandError extends Error {
  readonly fault: Fault;
  readonly exitCode: ExitCode;

  constructor(fault: Fault) {
    const { subject, value, mistake, remedy, exitCode = EXIT.failed, cause } = fault;
    super(`${subject}: ${value === undefined ? "" : `${JSON.stringify(value)} `}${mistake}; ${remedy}`, { cause });
    this.name = "CommandError";
    this.fault = fault;
    this.exitCode = exitCode;
  }
}
