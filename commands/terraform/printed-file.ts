import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** How often a file is looked at for more, in milliseconds: progress is for people. */
const OFTEN = 100;

/**
 * A file that a child process prints into, with no name by which anybody else could open it: what Terraform prints may
 * be a whole state. It is gone when the last process that has it open has ended, however that ends.
 */
export class PrintedFile {
  /** What a child is started with. */
  readonly descriptor: number;
  private timer: NodeJS.Timeout | undefined;
  /** Bytes of lines that were handed on. */
  private read = 0;

  constructor() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-terraform-"));
    this.descriptor = fs.openSync(path.join(folder, "printed"), "w+", 0o600);
    fs.rmSync(folder, { recursive: true });
  }

  /** Hands on every line while it is printed. */
  follow(onLine: (line: string) => void): void {
    this.timer = setInterval(() => this.handOn(onLine), OFTEN);
  }

  /** Returns everything, once nobody prints any more. @param onLine - told of the lines that it was not told of yet */
  end(onLine?: (line: string) => void): string {
    if (onLine) this.handOn(onLine);
    const text = this.from(0).toString("utf8");
    this.close();
    return text;
  }

  /** Stops. May be called again. */
  close(): void {
    clearInterval(this.timer);
    if (this.read < 0) return;
    this.read = -1;
    fs.closeSync(this.descriptor);
  }

  private handOn(onLine: (line: string) => void): void {
    const bytes = this.from(this.read);
    // Then a line is whole, and so are its characters.
    const end = bytes.lastIndexOf("\n");
    if (end < 0) return;
    this.read += end + 1;
    for (const line of bytes.subarray(0, end).toString("utf8").split("\n")) onLine(line);
  }

  /** Reads at a position: the descriptor's own is where the child prints. */
  private from(position: number): Buffer {
    const bytes = Buffer.alloc(Math.max(0, fs.fstatSync(this.descriptor).size - position));
    return bytes.subarray(0, fs.readSync(this.descriptor, bytes, 0, bytes.length, position));
  }
}
