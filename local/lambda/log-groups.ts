import fs from "node:fs";
import path from "node:path";
import type { Clock } from "../shared/clock";
import { messageOf } from "../shared/errors";

/** The milliseconds that a line may wait, so that many lines are written at once. */
const FLUSH_EVERY = 20;
/** The colours of a terminal for the sources: cyan, green, yellow, blue, magenta and red. */
const COLOURS = [36, 32, 33, 34, 35, 31];

/** A stream for the developer. `isTTY` says whether it shows colours. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

interface LogFile {
  readonly name: string;
  /** Undefined until the file is open. */
  descriptor: number | undefined;
  text: string;
  /** True if the developer knows that the file cannot be written. */
  failing: boolean;
}

/**
 * Keeps CloudWatch's log groups as files, `<folder>/<log group>.log`, and shows them live in the terminal. Lines are
 * written in batches, since every request may log. A file that cannot be written costs its lines and one warning; the
 * local cloud goes on.
 */
export class LogGroups {
  private readonly files = new Map<string, LogFile>();
  private readonly colours = new Map<string, number>();
  private shown = "";
  private cancelFlush: (() => void) | undefined;

  constructor(
    private readonly folder: string,
    private readonly terminal: Terminal,
    private readonly clock: Clock,
  ) {}

  /** Appends text, which consists of whole lines, to a log group. */
  append(group: string, text: string): void {
    let file = this.files.get(group);
    if (!file) {
      file = { name: path.join(this.folder, `${group}.log`), descriptor: undefined, text: "", failing: false };
      this.files.set(group, file);
    }
    file.text += text;
    this.schedule();
  }

  /** Shows text, which consists of whole lines, in the terminal, each line behind the name of its source. */
  show(source: string, text: string): void {
    const prefix = this.prefix(source);
    this.shown += text.trimEnd().replace(/^/gm, () => prefix);
    this.shown += "\n";
    this.schedule();
  }

  /** Writes everything that waits. */
  flush(): void {
    for (const file of this.files.values()) if (file.text) this.write(file);
    // The files come first, because a failure of theirs is shown.
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    if (this.shown) this.terminal.write(this.shown);
    this.shown = "";
  }

  /** Writes everything that waits and closes the files. */
  stop(): void {
    this.flush();
    for (const { descriptor } of this.files.values()) if (descriptor !== undefined) fs.closeSync(descriptor);
    this.files.clear();
  }

  private write(file: LogFile): void {
    const { text } = file;
    // Lines that cannot be written are dropped, so that they never fill the memory.
    file.text = "";
    try {
      file.descriptor ??= open(file.name);
      fs.appendFileSync(file.descriptor, text);
      file.failing = false;
    } catch (error) {
      if (!file.failing)
        this.show(
          "terrace",
          `${file.name} cannot be written (${messageOf(error)}), and its lines are lost: ` +
            "free space or make its folder writable, or set TERRACE_DATA to another folder.",
        );
      file.failing = true;
    }
  }

  private schedule(): void {
    this.cancelFlush ??= this.clock.after(FLUSH_EVERY, () => this.flush());
  }

  private prefix(source: string): string {
    if (!this.terminal.isTTY) return `${source} | `;
    const colour = this.colours.get(source) ?? COLOURS[this.colours.size % COLOURS.length] ?? 0;
    this.colours.set(source, colour);
    return `\u001b[${colour}m${source.padEnd(10)}\u001b[0m `;
  }
}

function open(name: string): number {
  fs.mkdirSync(path.dirname(name), { recursive: true });
  return fs.openSync(name, "a");
}
