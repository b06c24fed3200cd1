import fs from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { codeOf, messageOf, StartError } from "../../shared/errors";
import { isObject, parseJson } from "../../shared/json";

/** Counted up when the meaning of what is stored changes. */
const LAYOUT = 1;
const STATE = "state.json";

/** The first bytes of a file as they were once. LevelDB only ever appends to its files, or leaves them as they are. */
interface Beginning {
  readonly size: number;
  readonly crc: number;
}

interface State {
  readonly layout: number;
  /** `new` until the first start succeeded; `open` while a run uses it, or after one was killed. */
  readonly state: "new" | "open" | "closed";
  readonly files: Readonly<Record<string, Beginning>>;
}

/**
 * Watches over the files of the database. LevelDB itself takes a shortened file for the end of what was written and
 * deletes what it does not know; so the state of every file is noted down beside it, and compared before LevelDB
 * is let near: a damaged folder is refused as it is.
 */
export class Integrity {
  /** The folder in which LevelDB has its files. */
  static readonly DATA = "level";

  private state: State = { layout: LAYOUT, state: "new", files: {} };

  constructor(private readonly folder: string) {}

  /** Returns true if the folder is new. Throws a StartError if it is damaged, of another version or not to be written. */
  check(): boolean {
    let entries: string[];
    try {
      fs.mkdirSync(this.folder, { recursive: true });
      entries = fs.readdirSync(this.folder);
    } catch (error) {
      throw this.unusable(error);
    }
    if (entries.length === 0) return true;
    if (!entries.includes(STATE)) {
      if (entries.includes("CURRENT"))
        throw new StartError(
          `The data in ${this.folder} was written by an earlier version of the local cloud, in a format that this one ` +
            "cannot read: move that folder away to start with empty tables.",
        );
      throw this.damaged(`${STATE} is missing`);
    }
    this.state = this.read();
    if (this.state.layout !== LAYOUT)
      throw new StartError(
        `The data in ${this.folder} was written by another version of the local cloud (layout ${this.state.layout}, ` +
          `this one has ${LAYOUT}): use that version, or move the folder away to start with empty tables.`,
      );
    if (this.state.state === "new") return true;
    this.compare();
    return false;
  }

  /** Notes that a run has the folder now, so that nothing is compared too strictly if it is killed. */
  begin(): void {
    if (this.state.state === "closed") this.write({ ...this.state, state: "open" });
    if (this.state.state === "new") this.write(this.state);
  }

  /** Notes the files as they are now, while a run has them. */
  note(): void {
    this.write({ layout: LAYOUT, state: "open", files: this.beginnings() });
  }

  /** Notes the files as the run leaves them. */
  end(): void {
    this.write({ layout: LAYOUT, state: "closed", files: this.beginnings() });
  }

  private compare(): void {
    const names = this.names();
    const { files, state } = this.state;
    for (const [name, { size, crc }] of Object.entries(files)) {
      if (!names.includes(name)) {
        // A killed run may have replaced it; what it still needs of tables, LevelDB looks for itself.
        const replaced = /\.ldb$/.test(name) || (/\.log$/.test(name) && names.some((other) => isNewerLog(other, name)));
        if (state === "open" && replaced) continue;
        throw this.damaged(`${name} is missing`);
      }
      const bytes = this.readFile(name);
      if (bytes.length < size) throw this.damaged(`${name} has ${bytes.length} bytes instead of ${size}`);
      if (state === "closed" && bytes.length > size)
        throw this.damaged(`${name} has ${bytes.length} bytes instead of ${size}`);
      if (crc32(bytes.subarray(0, size)) !== crc) throw this.damaged(`${name} was changed`);
    }
    if (!names.includes("CURRENT")) throw this.damaged("CURRENT is missing");
  }

  private beginnings(): Record<string, Beginning> {
    const found: Record<string, Beginning> = {};
    for (const name of this.names()) {
      const before = this.state.files[name];
      // Tables never change. One that LevelDB was still writing when it was noted is longer now.
      if (before && name.endsWith(".ldb") && before.size === this.sizeOf(name)) found[name] = before;
      else {
        const bytes = this.readFile(name);
        found[name] = { size: bytes.length, crc: crc32(bytes) };
      }
    }
    return found;
  }

  /** LevelDB's files, without its lock and its diary. */
  private names(): string[] {
    try {
      return fs
        .readdirSync(path.join(this.folder, Integrity.DATA))
        .filter((name) => /^(?:CURRENT|MANIFEST-\d+|\d+\.(?:ldb|log))$/.test(name));
    } catch (error) {
      throw this.damaged(messageOf(error));
    }
  }

  private sizeOf(name: string): number | undefined {
    return fs.statSync(path.join(this.folder, Integrity.DATA, name), { throwIfNoEntry: false })?.size;
  }

  private readFile(name: string): Buffer {
    try {
      return fs.readFileSync(path.join(this.folder, Integrity.DATA, name));
    } catch (error) {
      // A compaction may have removed it between listing and reading.
      if (codeOf(error) === "ENOENT") return Buffer.alloc(0);
      throw this.damaged(`${name} cannot be read: ${messageOf(error)}`);
    }
  }

  private read(): State {
    let text: string;
    try {
      text = fs.readFileSync(path.join(this.folder, STATE), "utf8");
    } catch (error) {
      throw this.damaged(`${STATE} cannot be read: ${messageOf(error)}`);
    }
    const value = parseJson(text);
    if (!isState(value)) throw this.damaged(`${STATE} is not what the local cloud wrote`);
    return value;
  }

  private write(state: State): void {
    const file = path.join(this.folder, STATE);
    try {
      fs.writeFileSync(`${file}.new`, JSON.stringify(state));
      fs.renameSync(`${file}.new`, file);
    } catch (error) {
      throw this.unusable(error);
    }
    this.state = state;
  }

  private damaged(what: string): StartError {
    return new StartError(
      `The data in ${this.folder} is damaged (${what}): put a backup in its place, or move the folder away to start ` +
        "with empty tables. Nothing in it was changed.",
    );
  }

  private unusable(error: unknown): StartError {
    return new StartError(
      `The data in ${this.folder} cannot be written (${messageOf(error)}): make it a folder that you may write to, or ` +
        "choose another with TERRACE_DATA.",
    );
  }
}

const isNewerLog = (name: string, than: string) =>
  name.endsWith(".log") && Number.parseInt(name, 10) > Number.parseInt(than, 10);

function isState(value: unknown): value is State {
  if (!isObject(value) || typeof value.layout !== "number" || !isObject(value.files)) return false;
  if (value.state !== "new" && value.state !== "open" && value.state !== "closed") return false;
  return Object.values(value.files).every(
    (file) => isObject(file) && typeof file.size === "number" && typeof file.crc === "number",
  );
}
