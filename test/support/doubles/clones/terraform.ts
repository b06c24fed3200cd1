import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import readline from "node:readline";

/** The program that takes Terraform's place. It asks the player whose port is in TERRAFORM_PLAYER. */
export const TERRAFORM = path.join(__dirname, "terraform.bash");

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

/** What is to go wrong. */
export interface Faults {
  /** The number of resources after which an apply is killed. */
  killAfter?: number | undefined;
  /** The address at which an apply fails. */
  failAt?: string | undefined;
  /** Called before an apply makes, changes or deletes a resource. */
  onStep?: ((address: string) => void) | undefined;
}

/** A run of the program: where, with what, and how it answers. */
interface Run {
  readonly stack: string;
  readonly folder: string;
  readonly args: readonly string[];
  print(message: object): void;
}

/** Ends the program as somebody's SIGKILL does. */
class Killed extends Error {}

/**
 * Plays Terraform with states that outlive it: what is applied is kept resource by resource, so that a test can kill an
 * apply at any of them and run it again. The stack is the folder's name.
 */
export class TerraformPlayer {
  readonly faults: Faults = {};
  /** Every command, as `staging: plan …`. */
  readonly log: string[] = [];
  private readonly states = new Map<string, State>();
  private readonly server = net.createServer((socket) => this.hear(socket));

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as net.AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The addresses that are applied in a stack. */
  applied(stack: string): string[] {
    return Object.keys(this.stateOf(stack).resources).sort();
  }

  private hear(socket: net.Socket): void {
    const words: string[] = [];
    // Whoever is killed does not wait for an answer.
    socket.on("error", () => socket.destroy());
    readline.createInterface({ input: socket }).on("line", (line) => {
      if (line !== "") return void words.push(line);
      const [folder = "", ...args] = words;
      socket.end(this.answer(folder, args));
    });
  }

  private answer(folder: string, args: readonly string[]): string {
    const lines: string[] = [];
    const stack = path.basename(folder);
    this.log.push(`${stack}: ${args.filter((arg) => !arg.startsWith("-no-color")).join(" ")}`);
    const print = (message: object) => void lines.push(`> ${JSON.stringify(message)}`);
    try {
      lines.push(`exit ${this.play({ stack, folder, args, print })}`);
    } catch (error) {
      if (error instanceof Killed) lines.push("kill");
      else {
        print({ type: "diagnostic", diagnostic: { severity: "error", summary: String(error), detail: "" } });
        lines.push("exit 1");
      }
    }
    return `${lines.join("\n")}\n`;
  }

  /** Does a command, and returns its exit code. */
  private play(run: Run): number {
    const { stack, folder, args, print } = run;
    const [command, ...rest] = args;
    const { serial, resources } = this.stateOf(stack);
    switch (command) {
      case "init":
        return 0;
      case "plan": {
        const changes = changesOf(resources, args.includes("-destroy") ? {} : wantedOf(folder));
        const out = args.find((arg) => arg.startsWith("-out="))?.slice("-out=".length) ?? "";
        fs.writeFileSync(out, JSON.stringify({ serial, changes }));
        return changes.length > 0 ? 2 : 0;
      }
      case "show":
        print({ format_version: "1.2", resource_changes: planAt(args.at(-1)).changes.map(shown) });
        return 0;
      case "apply":
        this.apply(run);
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
        else if (serial > 0) print({ serial, lineage: "life", resources: Object.entries(resources).map(stated) });
        return 0;
      default:
        throw new Error(`${command} is not played`);
    }
  }

  private apply({ stack, args, print }: Run): void {
    const plan = planAt(args.at(-1));
    if (plan.serial !== this.stateOf(stack).serial) throw new Error("Saved plan is stale");
    const { killAfter = Number.POSITIVE_INFINITY, failAt, onStep } = this.faults;
    for (const [index, { address, action, after }] of plan.changes.entries()) {
      if (index >= killAfter) throw new Killed();
      onStep?.(address);
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
