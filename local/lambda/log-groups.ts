import fs from "node:fs";
import path from "node:path";
import type { Clock } from "../shared/clock";

/** How long, in milliseconds, what is logged may wait: many lines are then written at once. */
const FLUSH_EVERY = 20;
/** Colours of terminals, one per source: cyan, green, yellow, blue, magenta and red. */
const COLOURS = [36, 32, 33, 34, 35, 31];

/** Where lines for the developer go; `isTTY` says whether it shows colours. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/**
 * CloudWatch's log groups as files, `<folder>/<log group>.log`, and the terminal as their live view.
 *
 * Lines are written in batches, since every request may log.
 */
export class LogGroups {
  private readonly files = new Map<string, { readonly descriptor: number; text: string }>();
  private readonly colours = new Map<string, number>();
  private shown = "";
  private cancelFlush: (() => void) | undefined;

  constructor(
    private readonly folder: string,
    private readonly terminal: Terminal,
    private readonly clock: Clock,
  ) {}

  /** Appends text, whole lines, to a log group. */
  append(group: string, text: string): void {
    const file = this.files.get(group) ?? this.open(group);
    file.text += text;
    this.schedule();
  }

  /** Shows text, whole lines, in the terminal, each line behind the name of its source. */
  show(source: string, text: string): void {
    const prefix = this.prefix(source);
    this.shown += text.trimEnd().replace(/^/gm, () => prefix);
    this.shown += "\n";
    this.schedule();
  }

  /** Writes everything that waits. */
  flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    for (const file of this.files.values()) {
      if (file.text) fs.writeSync(file.descriptor, file.text);
      file.text = "";
    }
    if (this.shown) this.terminal.write(this.shown);
    this.shown = "";
  }

  /** Writes everything that waits and closes the files. */
  close(): void {
    this.flush();
    for (const { descriptor } of this.files.values()) fs.closeSync(descriptor);
    this.files.clear();
  }

  private open(group: string) {
    const name = path.join(this.folder, `${group}.log`);
    fs.mkdirSync(path.dirname(name), { recursive: true });
    const file = { descriptor: fs.openSync(name, "a"), text: "" };
    this.files.set(group, file);
    return file;
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
