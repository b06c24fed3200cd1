import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";

/** What a command printed and how it ended. */
export interface Ended {
  readonly status: number | null;
  /** The one JSON document that `--json` prints. */
  readonly json: Answer;
  /** Progress, of which a line is of a resource: `  2/3 changed aws_lambda_function.api`. */
  readonly progress: string;
  /** What Terraform did, such as `changed aws_lambda_function.api`, in order of names. */
  readonly did: readonly string[];
}

/** The members of a command's document that are looked at. */
interface Answer {
  readonly error?: { readonly message: string };
  readonly deployed?: boolean;
  readonly destroyed?: boolean;
  readonly release?: {
    readonly number: number;
    readonly status: string;
    readonly image?: string;
    readonly bundle?: string;
  };
  readonly releases?: readonly { readonly number: number; readonly status: string; readonly action: string }[];
  readonly current?: number;
  readonly diagnoses?: readonly { readonly subject: string; readonly state: string; readonly says: string }[];
  readonly pieces?: readonly { readonly what: string; readonly state: string; readonly changes: readonly string[] }[];
  readonly WebSocketURL?: string;
  readonly exported?: readonly string[];
  readonly restored?: readonly { readonly table: string; readonly written: number; readonly kept: number }[];
}

/** How a command is typed. */
export interface Typing {
  /** Variables besides those of every command. */
  readonly variables?: NodeJS.ProcessEnv;
  /** What happens to the command when progress says this, once: Ctrl-C, or its end without a word. */
  readonly signal?: { readonly name: "SIGINT" | "SIGKILL"; readonly at: string };
}

/** A clone of the project as its files are here, committed, with packages that are installed already. */
export class Clone {
  constructor(
    readonly folder: string,
    private readonly variables: NodeJS.ProcessEnv,
  ) {}

  /** Copies the files that Git knows of, and makes them the first commit. */
  static make(from: string, folder: string, variables: NodeJS.ProcessEnv): Clone {
    const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = execFileSync("git", listed, { cwd: from, encoding: "utf8" }).split("\0");
    for (const file of files)
      if (file !== "" && !file.startsWith("test/review/corpus/") && fs.existsSync(path.join(from, file)))
        fs.cpSync(path.join(from, file), path.join(folder, file));
    const clone = new Clone(folder, variables);
    clone.git("init", "-q");
    clone.link(from);
    clone.commit("the first commit");
    return clone;
  }

  /** Clones it as a fresh runner does, with other variables. */
  another(folder: string, variables: NodeJS.ProcessEnv): Clone {
    execFileSync("git", ["clone", "-q", this.folder, folder]);
    const clone = new Clone(folder, { ...this.variables, ...variables });
    clone.link(this.folder);
    return clone;
  }

  /** Takes the packages of another folder. */
  private link(from: string): void {
    fs.symlinkSync(fs.realpathSync(path.join(from, "node_modules")), path.join(this.folder, "node_modules"));
    // A folder's name with a slash at its end matches no link.
    fs.appendFileSync(path.join(this.folder, ".git/info/exclude"), "node_modules\n");
  }

  /** Changes a file. @throws Error if there is nothing to change */
  edit(file: string, change: (text: string) => string): void {
    const at = path.join(this.folder, file);
    const before = fs.readFileSync(at, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`The edit of ${file} no longer applies.`);
    fs.writeFileSync(at, after);
  }

  commit(message: string): void {
    this.git("add", "-A");
    this.git("commit", "-qm", message);
  }

  git(...words: readonly string[]): string {
    const identity = ["-c", "user.name=jane", "-c", "user.email=jane@example.com"];
    return execFileSync("git", [...identity, ...words], { cwd: this.folder, encoding: "utf8" }).trim();
  }

  /** Types `terrace …` in the clone and waits for its end. */
  async terrace(words: readonly string[], { variables, signal }: Typing): Promise<Ended> {
    const child = spawn(process.execPath, ["commands/terrace.mjs", ...words, "--json"], {
      cwd: this.folder,
      env: { ...this.variables, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let progress = "";
    child.stderr.setEncoding("utf8").on("data", (some: string) => {
      const isLater = signal === undefined || progress.includes(signal.at);
      progress += some;
      if (!isLater && progress.includes(signal.at)) child.kill(signal.name);
    });
    const [printed, [status]] = await Promise.all([text(child.stdout), once(child, "close")]);
    const did = progress.matchAll(/^ +\d+\/\d+ (\w+ \S+)/gm);
    return {
      status,
      json: printed.trim() === "" ? {} : JSON.parse(printed),
      progress,
      did: [...did].map(([, what = ""]) => what).sort(),
    };
  }
}
