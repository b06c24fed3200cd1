import { EventEmitter } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { Command } from "commander";
import type { Host } from "../../../commands/terminal/terminal";

/** A stream that keeps what is written, and may pass for a terminal. */
class Kept extends Writable {
  text = "";
  constructor(readonly isTTY: boolean) {
    super();
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}

/** The process of a command under test: its output is kept, and a person answers its questions if there is one. */
export class FakeHost extends EventEmitter implements Host {
  readonly stdin: PassThrough & { isTTY?: boolean };
  readonly stdout: Kept;
  readonly stderr: Kept;
  readonly env: Record<string, string>;
  exitCode: number | undefined;

  constructor({
    answer,
    isTTY = answer !== undefined,
    env = {},
  }: { answer?: string; isTTY?: boolean; env?: Record<string, string> } = {}) {
    super();
    this.stdin = Object.assign(new PassThrough(), { isTTY });
    if (answer !== undefined) this.stdin.write(`${answer}\n`);
    this.stdout = new Kept(isTTY);
    this.stderr = new Kept(isTTY);
    this.env = env;
  }

  /** Runs a command line of a program that `add` adds commands to. */
  async run(add: (program: Command) => void, ...words: readonly string[]): Promise<this> {
    const program = new Command("terrace").exitOverride().configureOutput({
      writeOut: (text) => this.stdout.write(text),
      writeErr: (text) => this.stderr.write(text),
    });
    add(program);
    await program.parseAsync(words, { from: "user" });
    return this;
  }
}
