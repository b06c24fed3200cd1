import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Definition } from "../definition/definition";
import type { FunctionDefinition } from "../definition/model";
import type { Faults } from "../faults/faults";
import type { AccessKey } from "../iam/access-keys";
import type { Clock } from "../shared/clock";
import { StartError } from "../shared/errors";
import { traceId } from "../shared/identifiers";
import type { Ports } from "../shared/ports";
import { firebaseProject, functionEnvironment } from "./environment";
import type { InvocationResult } from "./invocation";
import { Lambda } from "./lambda";
import type { LogGroups } from "./log-groups";
import { startWorker } from "./worker";

export interface LambdasSettings {
  readonly definition: Definition;
  /** The folder of the bundles. */
  readonly dist: string;
  /** The access keys, by the names of their functions. */
  readonly keys: ReadonlyMap<string, AccessKey>;
  readonly ports: Ports;
  readonly logs: LogGroups;
  readonly clock: Clock;
  /** Injects faults into invocations. @default - none */
  readonly faults?: Faults | undefined;
}

/** Nothing is going on if no function was called, and none got new code, for so many milliseconds. */
const QUIET = 100;

/** The functions of the definition. */
export class Lambdas {
  private lastUse = Number.NEGATIVE_INFINITY;
  private readonly lambdas: ReadonlyMap<FunctionDefinition, Lambda>;

  /** @throws StartError if a bundle is missing */
  constructor(private readonly settings: LambdasSettings) {
    const files = settings.definition.functions.map((target) => [target, bundleFile(settings.dist, target)] as const);
    this.lambdas = new Map(files.map(([target, file]) => [target, this.create(target, file)]));
  }

  /** Calls a function with an event, as JSON. Never rejects: a failure is in the result. */
  readonly invoke = (target: FunctionDefinition, event: string): Promise<InvocationResult> => {
    const lambda = this.lambdaOf(target);
    const { clock, faults } = this.settings;
    this.lastUse = clock.now();
    if (!faults) return lambda.invoke(event);
    const call = { service: "lambda", operation: "Invoke", function: target.name } as const;
    return faults.around(call, () => lambda.invoke(event), {
      crash: () => lambda.invoke(event, "crash"),
      timeout: () => lambda.invoke(event, "timeout"),
    });
  };

  /** Ends the instance of a function, given by its name, that has this trace id, in the middle of its call. */
  crash(name: string, trace: string | undefined): void {
    for (const [target, lambda] of this.lambdas) if (target.name === name) lambda.crash(trace);
  }

  /**
   * Starts an instance of each function, one after the other: of the first ones at once, and of the rest while nothing
   * else is going on, so that they hold up neither the first calls nor the first edit.
   */
  async prepare(first: Iterable<FunctionDefinition>): Promise<void> {
    for (const target of first) await this.lambdaOf(target).prepare();
    for (const lambda of this.lambdas.values()) {
      await this.quiet();
      await lambda.prepare();
    }
  }

  /** Runs the new code of these bundles from now on. */
  reload(bundles: readonly string[]): void {
    this.lastUse = this.settings.clock.now();
    for (const [{ bundle }, lambda] of this.lambdas) if (bundles.includes(bundle)) lambda.reload();
  }

  /** Returns the number of instances of each function. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.lambdas].map(([{ name }, { instances }]) => [name, instances]));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.lambdas.values()].map((lambda) => lambda.stop()));
  }

  /** Waits until nothing is going on. */
  private async quiet(): Promise<void> {
    const { clock } = this.settings;
    const left = () => this.lastUse + QUIET - clock.now();
    while (left() > 0) await new Promise<void>((resolve) => clock.after(left(), resolve));
  }

  private lambdaOf(target: FunctionDefinition): Lambda {
    const lambda = this.lambdas.get(target);
    if (!lambda) throw new Error(`${target.name} is not a function of this definition.`);
    return lambda;
  }

  private create(target: FunctionDefinition, file: string): Lambda {
    const { definition, dist, keys, ports, logs, clock, faults } = this.settings;
    const { name, arn, bundle, logGroup, memoryMegabytes, timeoutSeconds } = target;
    const key = keys.get(name);
    if (!key) throw new Error(`${name} has no key.`);
    let writesLogs = false;
    return new Lambda({
      timeoutSeconds,
      clock,
      log: (text) => {
        logs.show(bundle, text);
        if (writesLogs) logs.append(logGroup, text.endsWith("\n") ? text : `${text}\n`);
      },
      start: (events) => {
        // Lambda makes a log stream for every instance and begins it with a line of its own.
        writesLogs = target.mayWriteLogs();
        const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
        const logStream = `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
        const certificatesPort = firebaseProject(target) === undefined ? undefined : ports.gateway;
        const settings = { file, functionName: name, arn, memoryMegabytes, logGroup, logStream, certificatesPort };
        const environment = functionEnvironment(definition, target, { key, file, ports, logStream });
        const program = path.join(dist, "local", "instance.cjs");
        if (!faults) return startWorker(program, settings, environment, events);
        // A crash has to hit the very instance whose request it follows. The SDK sends this along, as it does in Lambda.
        const trace = traceId(clock.now());
        const traced = startWorker(program, settings, { ...environment, _X_AMZN_TRACE_ID: trace }, events);
        return { ...traced, traceId: trace };
      },
    });
  }
}

/** Returns the path of a function's built code. */
function bundleFile(dist: string, { bundle, packageType, name }: FunctionDefinition): string {
  const file =
    packageType === "Image" ? path.join(dist, bundle, "index.mjs") : path.join(dist, "functions", bundle, "index.cjs");
  if (!fs.existsSync(file))
    throw new StartError(`${file}, the code of ${name}, is missing: run \`node build.mjs --synth\`.`);
  return file;
}
