import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { codeOf, messageOf } from "../shared/errors";
import type { JsonObject } from "../shared/json";
import type { FaultScenario } from "./scenario";

/**
 * Writes down every fault that was injected, a line of JSON each, in `faults.log` of the data folder, and compares with
 * the run before of the same scenario. That run's log is then `faults.previous.log`. No line holds a time or an id, so
 * that two runs with the same calls have the same bytes.
 */
export class DecisionLog {
  private readonly file: string;
  private readonly head: string;
  /** The lines of the run before, if it was of this scenario. */
  private expected: readonly string[] | undefined;
  private count = 0;
  private differs = false;
  private state: "new" | "open" | "unwritable" = "new";

  constructor(
    private readonly folder: string,
    scenario: FaultScenario,
    private readonly hint: (text: string) => void,
  ) {
    this.file = path.join(folder, "faults.log");
    const digest = createHash("sha256").update(JSON.stringify(scenario)).digest("hex");
    this.head = JSON.stringify({ scenario: digest, seed: scenario.seed });
  }

  /** Begins the log of this run. Until then the folder may be another run's. */
  open(): void {
    if (this.state !== "new") return;
    this.state = "open";
    this.write(() => {
      const [head, ...lines] = readLines(this.file);
      if (head === this.head) this.expected = lines;
      if (head !== undefined) fs.renameSync(this.file, path.join(this.folder, "faults.previous.log"));
      fs.writeFileSync(this.file, `${this.head}\n`);
    });
  }

  record(decision: JsonObject): void {
    this.open();
    const line = JSON.stringify(decision);
    this.write(() => fs.appendFileSync(this.file, `${line}\n`));
    const before = this.expected?.[this.count++];
    if (!this.expected || this.differs || before === line) return;
    this.differs = true;
    this.hint(`Fault ${this.count} is not that of the run before: it was ${before ?? "none"}, and is ${line}.`);
  }

  /** Says how the whole run compares with the one before. */
  end(): void {
    if (!this.expected || this.differs) return;
    const missing = this.expected[this.count];
    this.hint(
      missing === undefined
        ? `The faults of this run are exactly those of the run before: ${this.count}.`
        : `Fault ${this.count + 1} of the run before did not happen in this one: ${missing}.`,
    );
  }

  /** A log that cannot be written must not be one more fault: the developer is told once. */
  private write(work: () => void): void {
    if (this.state !== "open") return;
    try {
      work();
    } catch (error) {
      this.state = "unwritable";
      this.hint(`${this.file} cannot be written (${messageOf(error)}), and faults are not logged.`);
    }
  }
}

function readLines(file: string): string[] {
  try {
    return fs.readFileSync(file, "utf8").trimEnd().split("\n");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
