import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";

/** Milliseconds between two looks at what was printed. A person sees it at once, and nothing else waits for it. */
const LOOK_EVERY = 200;

/**
 * What a program prints, by way of files that nobody else may read. One that prints into a pipe is ended with whoever
 * reads from it, at its next line; one that prints into a file goes on.
 */
export class OutputFiles {
  /** To be given to the program. */
  readonly stdout: number;
  readonly stderr: number;
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-output-"));
  private readonly decoder = new StringDecoder("utf8");
  private readonly looking: NodeJS.Timeout;
  private position = 0;
  private text = "";
  private handedOn = 0;

  /** @param onLine - takes every line of standard output, soon after it is printed */
  constructor(private readonly onLine: (line: string) => void = () => undefined) {
    this.stdout = fs.openSync(path.join(this.folder, "stdout"), "wx+");
    this.stderr = fs.openSync(path.join(this.folder, "stderr"), "wx+");
    this.looking = setInterval(() => this.look(), LOOK_EVERY);
  }

  /** Returns all that was printed, once the program has ended. */
  read(): { readonly stdout: string; readonly stderr: string } {
    this.look();
    const stderr = fs.readFileSync(path.join(this.folder, "stderr"), "utf8").trim();
    return { stdout: this.text.trimEnd(), stderr };
  }

  /** Removes the files. A program that still prints into them is not disturbed. */
  remove(): void {
    clearInterval(this.looking);
    for (const file of [this.stdout, this.stderr]) fs.closeSync(file);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private look(): void {
    const bytes = Buffer.alloc(fs.fstatSync(this.stdout).size - this.position);
    // At a position of its own: the file's is the program's too.
    this.position += fs.readSync(this.stdout, bytes, 0, bytes.length, this.position);
    this.text += this.decoder.write(bytes);
    for (;;) {
      const end = this.text.indexOf("\n", this.handedOn);
      if (end < 0) return;
      this.onLine(this.text.slice(this.handedOn, end));
      this.handedOn = end + 1;
    }
  }
}
