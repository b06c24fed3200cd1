import readline from "node:readline/promises";
import { CommandError } from "../errors/command-error";
import { EXIT, type ExitCode } from "../errors/exit-codes";
import { withoutSecrets } from "../errors/secrets";

type Stream<Of> = Of & { readonly isTTY?: boolean | undefined };

/** The process that a command runs in: the real one, or a test's. */
export interface Host {
  readonly stdin: Stream<NodeJS.ReadableStream>;
  readonly stdout: Stream<NodeJS.WritableStream>;
  readonly stderr: Stream<NodeJS.WritableStream>;
  readonly env: Readonly<Record<string, string | undefined>>;
  exitCode?: number | string | null | undefined;
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

export interface TerminalOptions {
  /** True prints one JSON document to standard output, and everything else to standard error. */
  readonly json?: boolean | undefined;
  /** True asks nothing. */
  readonly yes?: boolean | undefined;
}

/** What a command is about to do, and where. */
export interface Intent {
  /** The rest of "This will …", such as `prepare the account`. */
  readonly action: string;
  readonly environment: { readonly name: string; readonly account: string; readonly region: string };
  /** What has to be typed; `yes` unless given. Name what is lost, such as an environment's name, if something is. */
  readonly word?: string;
}

/** What a command found or did, and the exit code that says so to a script. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** The document for `--json`. */
  readonly value: object;
  /** The same for a person. */
  readonly lines: readonly string[];
}

const STYLES = { good: 32, warning: 33, bad: 31, faint: 2, strong: 1 } as const;

/** Where a command speaks to the person or the script that runs it. It never prints a secret. */
export class Terminal {
  readonly json: boolean;
  private readonly host: Host;
  private readonly yes: boolean;

  constructor(host: Host, { json = false, yes = false }: TerminalOptions = {}) {
    this.host = host;
    this.json = json;
    this.yes = yes;
  }

  /** The same terminal for progress beside a document: all of it goes to standard error. */
  get aside(): Terminal {
    return new Terminal(this.host, { json: true, yes: this.yes });
  }

  /** Prints a line of progress. */
  say(line: string): void {
    this.write(this.json ? this.host.stderr : this.host.stdout, `${line}\n`);
  }

  /** Prints what a command found or did: the value as JSON for `--json`, and the lines otherwise. Call it once, at the end. */
  finish(value: object, lines: readonly string[] = []): void {
    if (this.json) this.write(this.host.stdout, `${JSON.stringify(value, null, 2)}\n`);
    else for (const line of lines) this.say(line);
  }

  /** Prints an outcome as `finish` does, and returns its exit code. */
  conclude({ exitCode, value, lines }: Outcome): ExitCode {
    this.finish(value, lines);
    return exitCode;
  }

  /** Prints one of many values as a line of JSON, for a command whose output has no end. */
  line(value: object): void {
    this.write(this.host.stdout, `${JSON.stringify(value)}\n`);
  }

  /** Prints an error: its message on standard error, and for `--json` `{ error }` as the one document. */
  fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.write(this.host.stderr, `${this.styled("bad", "Error:", this.host.stderr)} ${message}\n`);
    if (!this.json) return;
    const { subject, value, mistake, remedy } = error instanceof CommandError ? error.fault : {};
    this.finish({ error: { message, subject, value, mistake, remedy } });
  }

  /** Prints a message beside the output, such as a warning. */
  warn(line: string): void {
    this.write(this.host.stderr, `${this.styled("warning", "Warning:", this.host.stderr)} ${line}\n`);
  }

  /** Returns a text in a style, on a terminal that shows colours, and as it is everywhere else. https://no-color.org */
  styled(style: keyof typeof STYLES, text: string, stream = this.json ? this.host.stderr : this.host.stdout): string {
    const { NO_COLOR, TERM } = this.host.env;
    return stream.isTTY && !NO_COLOR && TERM !== "dumb" ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  }

  /**
   * Says what will be changed, in which account and environment, and asks for it unless `--yes` was given.
   *
   * @throws CommandError (refused) if the answer is another word, or there is no terminal to ask on.
   */
  async confirm({ action, environment, word = "yes" }: Intent, signal?: AbortSignal): Promise<void> {
    const { name, account, region } = environment;
    const sentence = `This will ${action}: environment ${name}, account ${account}, region ${region}`;
    if (this.yes) return this.say(`${sentence}.`);
    if (!this.host.stdin.isTTY)
      throw new CommandError({
        subject: "--yes",
        mistake: `was not given, and there is no terminal to ask on. ${sentence}`,
        remedy: "nothing was changed; pass --yes if that is what you want",
        exitCode: EXIT.refused,
      });
    const asking = readline.createInterface({ input: this.host.stdin, output: this.host.stderr });
    try {
      const question = `${sentence}.\nType ${this.styled("strong", word, this.host.stderr)} to go on: `;
      const answer = await asking.question(question, signal ? { signal } : {});
      if (answer.trim() === word) return;
    } finally {
      asking.close();
    }
    throw new CommandError({
      subject: "confirmation",
      mistake: `was not "${word}"`,
      remedy: "nothing was changed",
      exitCode: EXIT.refused,
    });
  }

  private write(stream: NodeJS.WritableStream, text: string): void {
    stream.write(withoutSecrets(text, this.host.env));
  }
}
