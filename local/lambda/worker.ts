import { Worker } from "node:worker_threads";
import { isObject, parseJson } from "../shared/json";
import type { FromInstance, InstanceSettings, ToInstance } from "./instance-protocol";

/** What an instance tells the function it belongs to. */
export interface InstanceEvents {
  ready(): void;
  /** The answer to the event it was given. */
  answered(answer: InvocationResult): void;
  /** It cannot load the bundle, or not go on, and ends; the reason is the answer to the event it has, if any. */
  failed(answer: InvocationResult): void;
  log(text: string): void;
  /** It is gone; nothing follows. */
  ended(reason: string): void;
}

/** What a function answered: its result, or its error, as JSON. */
export interface InvocationResult {
  readonly ok: boolean;
  readonly json: string;
}

/** The error of an answer in one line, for logs. */
export function errorText({ json }: InvocationResult): string {
  const error = parseJson(json);
  return isObject(error) ? `${error.errorType}: ${error.errorMessage}` : json;
}

/** A running instance of a function: handles one event at a time. */
export interface Instance {
  handle(...event: ToInstance): void;
  stop(): Promise<void>;
}

/** Starts instances of one function in worker threads. */
export type StartInstance = (events: InstanceEvents) => Instance;

/**
 * Starts an instance that runs a bundle with exactly the given environment variables.
 *
 * `program` is the built `instance.cjs`. The heap is limited to the function's memory.
 */
export function startWorker(
  program: string,
  settings: InstanceSettings,
  environment: Readonly<Record<string, string>>,
  events: InstanceEvents,
): Instance {
  const worker = new Worker(program, {
    name: settings.functionName,
    workerData: settings,
    env: { ...environment },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMegabytes, maxYoungGenerationSizeMb: 6 },
  });
  let reason = "Runtime exited without providing a reason";
  worker.on("message", ([kind, json, logged]: FromInstance) => {
    if (logged) events.log(logged);
    if (kind === "ready") events.ready();
    else if (kind === "fatal") events.failed({ ok: false, json });
    else if (kind !== "log") events.answered({ ok: kind === "result", json });
  });
  worker.on("error", (error) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  worker.on("exit", (status) =>
    events.ended(status === 0 ? reason : `Runtime exited with error: exit status ${status}`),
  );
  return {
    handle: (...event) => worker.postMessage(event),
    stop: async () => {
      await worker.terminate();
    },
  };
}
