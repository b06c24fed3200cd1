import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Definition, FunctionDefinition } from "../definition/model";
import type { AccessKey } from "../iam/access-keys";
import type { Clock } from "../shared/clock";
import { StartError } from "../shared/errors";
import { firebaseProject, functionEnvironment, type Ports } from "./environment";
import { Lambda } from "./lambda";
import type { LogGroups } from "./log-groups";
import { type InvocationResult, startWorker } from "./worker";

export interface LambdasSettings {
  readonly definition: Definition;
  /** The folder of the bundles. */
  readonly dist: string;
  /** By the names of their functions. */
  readonly keys: ReadonlyMap<string, AccessKey>;
  readonly ports: Ports;
  readonly logs: LogGroups;
  readonly clock: Clock;
}

/** The functions of the definition, by name. */
export class Lambdas {
  private readonly lambdas: ReadonlyMap<FunctionDefinition, Lambda>;

  /** Throws a StartError if a bundle is missing. */
  constructor(private readonly settings: LambdasSettings) {
    const files = settings.definition.functions.map((target) => [target, bundleFile(settings.dist, target)] as const);
    this.lambdas = new Map(files.map(([target, file]) => [target, this.create(target, file)]));
  }

  readonly invoke = (target: FunctionDefinition, event: string): Promise<InvocationResult> =>
    this.of(target).invoke(event);

  /** Starts an instance of each of these functions, one after the other so that the first is not held up; then of the rest. */
  async prepare(first: Iterable<FunctionDefinition>): Promise<void> {
    for (const target of new Set([...first, ...this.lambdas.keys()])) await this.of(target).prepare();
  }

  reload(bundles: readonly string[]): void {
    for (const [{ bundle }, lambda] of this.lambdas) if (bundles.includes(bundle)) lambda.reload();
  }

  /** How many instances of each function there are. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.lambdas].map(([{ name }, { instances }]) => [name, instances]));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.lambdas.values()].map((lambda) => lambda.stop()));
  }

  private of(target: FunctionDefinition): Lambda {
    const lambda = this.lambdas.get(target);
    if (!lambda) throw new Error(`${target.name} is not a function of this definition.`);
    return lambda;
  }

  private create(target: FunctionDefinition, file: string): Lambda {
    const { definition, dist, keys, ports, logs, clock } = this.settings;
    const { name, arn, bundle, logGroup, memoryMegabytes, timeoutSeconds } = target;
    const key = keys.get(name);
    if (!key) throw new Error(`${name} has no key.`);
    return new Lambda({
      timeoutSeconds,
      clock,
      log: (text) => {
        logs.show(bundle, text);
        if (target.logs) logs.append(logGroup, text.endsWith("\n") ? text : `${text}\n`);
      },
      start: (events) => {
        const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
        const logStream = `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
        const certificatesPort = firebaseProject(target) === undefined ? undefined : ports.gateway;
        const settings = { file, functionName: name, arn, memoryMegabytes, logGroup, logStream, certificatesPort };
        const environment = functionEnvironment(definition, target, { key, file, ports, logStream });
        return startWorker(path.join(dist, "local", "instance.cjs"), settings, environment, events);
      },
    });
  }
}

/** The built code of a function. */
function bundleFile(dist: string, { bundle, packageType, name }: FunctionDefinition): string {
  const file =
    packageType === "Image" ? path.join(dist, bundle, "index.mjs") : path.join(dist, "functions", bundle, "index.cjs");
  if (!fs.existsSync(file))
    throw new StartError(`${file}, the code of ${name}, is missing: run \`node build.mjs --synth\`.`);
  return file;
}
