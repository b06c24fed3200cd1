import fs from "node:fs";
import path from "node:path";
import type { RunTerraform, TerraformRun } from "../../../../commands/programs/terraform";

type Attributes = object;
/** The resources of a stack by their addresses, and how often that was written. */
interface State {
  readonly serial: number;
  readonly resources: Readonly<Record<string, Attributes>>;
}
interface Change {
  readonly address: string;
  readonly action: "create" | "update" | "delete";
  readonly before: Attributes | null;
  readonly after: Attributes | null;
}
interface Definition {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly output?: object;
}

/** What a test has Terraform do and say otherwise than its states would. */
export interface Part {
  /** The number of resources after which an apply is killed. */
  killAfter?: number | undefined;
  /** The address at which an apply fails. */
  failAt?: string | undefined;
  /**
   * Called before an apply makes, changes or deletes a resource, and waited for if it returns a promise. The signal says
   * that Terraform is interrupted.
   */
  onStep?: ((address: string, signal?: AbortSignal) => unknown) | undefined;
  /** What a command says before it does anything, on standard error, and fails with; by its name, such as `plan`. */
  fails?: Readonly<Record<string, string>>;
  /** The same of a plan that ends half-way, and is written all the same. */
  planEnds?: string;
  /** What is shown of any plan. */
  plan?: object;
  /** True if any plan is to change something. */
  changes?: boolean;
  /** What any state is. */
  state?: object;
}

/** A run of Terraform: where, with what, and where it prints its lines. */
export interface Run extends Pick<TerraformRun, "folder" | "args" | "signal"> {
  print(line: string): void;
  /** Prints on standard error. */
  complain(line: string): void;
}

/** Ends Terraform as somebody's SIGKILL does. */
class Killed extends Error {}

/**
 * Plays Terraform with states that outlive it: what is applied is kept resource by resource, so that a test can kill an
 * apply at any of them and run it again. The stack is the folder's name.
 */
export class TerraformPlayer {
  readonly part: Part = {};
  /** Every command, as `staging: plan …`. */
  readonly log: string[] = [];
  private readonly states = new Map<string, State>();

  /** Runs a command within this process, in the place of a program. A contract holds both to the same answers. */
  readonly run: RunTerraform = async ({ onLine, ...run }) => {
    const [stdout, stderr]: [string[], string[]] = [[], []];
    const print = (line: string) => {
      stdout.push(line);
      onLine?.(line);
    };
    const status = await this.play({ ...run, print, complain: (line) => void stderr.push(line) });
    return { status, stdout: stdout.join("\n").trimEnd(), stderr: stderr.join("\n").trim() };
  };

  /** The addresses that are applied in a stack. */
  applied(stack: string): string[] {
    return Object.keys(this.stateOf(stack).resources).sort();
  }

  /** Does a command, and returns its exit code; undefined if it was killed. */
  async play(run: Run): Promise<number | undefined> {
    const { folder, args, print, complain } = run;
    const [command = ""] = args;
    this.log.push(`${path.basename(folder)}: ${args.filter((arg) => !arg.startsWith("-no-color")).join(" ")}`);
    try {
      const failure = this.part.fails?.[command];
      if (failure === undefined) return await this.command(run);
      complain(failure);
    } catch (error) {
      if (error instanceof Killed) return undefined;
      const diagnostic = { severity: "error", summary: String(error), detail: "" };
      print(JSON.stringify({ type: "diagnostic", diagnostic }));
    }
    return 1;
  }

  private async command(run: Run): Promise<number> {
    const { folder, args } = run;
    const print = (message: object) => run.print(JSON.stringify(message));
    if (run.signal?.aborted) throw new Error("execution halted");
    const stack = path.basename(folder);
    const [command, ...rest] = args;
    const { serial, resources } = this.stateOf(stack);
    const { plan, planEnds, state } = this.part;
    switch (command) {
      case "init":
      case "providers": {
        const lock = path.join(folder, ".terraform.lock.hcl");
        if (command !== "init" || !fs.existsSync(lock)) fs.writeFileSync(lock, `# locked for ${args.join(" ")}\n`);
        return 0;
      }
      case "plan": {
        const changes = changesOf(resources, args.includes("-destroy") ? {} : wantedOf(folder));
        const out = args.find((arg) => arg.startsWith("-out="))?.slice("-out=".length) ?? "";
        fs.writeFileSync(out, JSON.stringify({ serial, changes, on: state }));
        if (planEnds !== undefined) {
          run.complain(planEnds);
          return 1;
        }
        return (this.part.changes ?? changes.length > 0) ? 2 : 0;
      }
      case "show":
        print(plan ?? { format_version: "1.2", resource_changes: planAt(args.at(-1)).changes.map(shown) });
        return 0;
      case "apply":
        await this.apply(run, print);
        return 0;
      case "import": {
        const [to = "", id = ""] = args.slice(-2);
        this.write(stack, { ...resources, [to]: { ...wantedOf(folder)[to], id } });
        return 0;
      }
      case "output":
        print(serial === 0 ? {} : (definitionIn(folder).output ?? {}));
        return 0;
      case "state":
        if (rest[0] === "rm")
          this.write(
            stack,
            Object.fromEntries(Object.entries(resources).filter(([address]) => !rest.includes(address))),
          );
        else if (state) print(state);
        else if (serial > 0) print({ serial, lineage: "life", resources: Object.entries(resources).map(stated) });
        return 0;
      default:
        throw new Error(`${command} is not played`);
    }
  }

  private async apply({ folder, args, signal }: Run, print: (message: object) => void): Promise<void> {
    const [stack, plan] = [path.basename(folder), planAt(args.at(-1))];
    if (plan.serial !== this.stateOf(stack).serial) throw new Error("Saved plan is stale");
    const { killAfter = Number.POSITIVE_INFINITY, failAt, onStep } = this.part;
    for (const [index, { address, action, after }] of plan.changes.entries()) {
      if (index >= killAfter) throw new Killed();
      if (signal?.aborted) throw new Error("execution halted");
      // Unless a test wants to have time pass, whoever looks finds all of an apply or nothing.
      const step = onStep?.(address, signal);
      if (step instanceof Promise) await step;
      const hook = { resource: { addr: address }, action };
      print({ type: "apply_start", hook });
      if (address === failAt) {
        print({ type: "apply_errored", hook });
        throw new Error(`${address} was refused`);
      }
      const { [address]: _old, ...others } = this.stateOf(stack).resources;
      this.write(stack, after === null ? others : { ...others, [address]: after });
      print({ type: "apply_complete", hook: { ...hook, elapsed_seconds: 1 } });
    }
  }

  private stateOf(stack: string): State {
    return this.states.get(stack) ?? { serial: 0, resources: {} };
  }

  private write(stack: string, resources: State["resources"]): void {
    this.states.set(stack, { serial: this.stateOf(stack).serial + 1, resources });
  }
}

const definitionIn = (folder: string): Definition =>
  JSON.parse(fs.readFileSync(path.join(folder, "cdk.tf.json"), "utf8"));

function wantedOf(folder: string): State["resources"] {
  const types = Object.entries(definitionIn(folder).resource ?? {});
  return Object.fromEntries(
    types.flatMap(([type, named]) => Object.entries(named).map(([name, values]) => [`${type}.${name}`, values])),
  );
}

function changesOf(before: State["resources"], after: State["resources"]): Change[] {
  const addresses = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return addresses.flatMap((address): Change[] => {
    const [old, young] = [before[address] ?? null, after[address] ?? null];
    if (JSON.stringify(old) === JSON.stringify(young)) return [];
    return [{ address, action: !old ? "create" : young ? "update" : "delete", before: old, after: young }];
  });
}

const planAt = (file = ""): { readonly serial: number; readonly changes: readonly Change[] } =>
  JSON.parse(fs.readFileSync(file, "utf8"));

/** A change as `terraform show -json` prints it. */
const shown = ({ address, action, before, after }: Change) => ({
  address,
  mode: "managed",
  type: address.split(".")[0],
  change: { actions: [action], before, after, after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
});

/** A resource as it is in a state. */
const stated = ([address, attributes]: readonly [string, Attributes]) => {
  const [type, name] = address.split(".");
  return { mode: "managed", type, name, instances: [{ attributes }] };
};
