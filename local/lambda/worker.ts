import { Worker } from "node:worker_threads";
import type { FromInstance, InstanceSettings, ToInstance } from "./instance-protocol";
import type { InvocationResult } from "./invocation";

/** The events of an instance, which its function listens to. */
export interface InstanceEvents {
  /** The bundle is loaded. */
  ready(): void;
  /** The handler returned or threw for the event that the instance has. */
  answered(result: InvocationResult): void;
  /** The instance cannot load the bundle or cannot go on, and ends. The event that it has, if any, gets this result. */
  failed(result: InvocationResult): void;
  log(text: string): void;
  /** The instance is gone, and no event follows. */
  ended(reason: string): void;
}

/** A running instance of a function, which handles one event at a time. */
export interface Instance {
  /** The trace id by which its requests to other services are known. @default - they are not told apart */
  readonly traceId?: string;
  handle(...event: ToInstance): void;
  stop(): Promise<void>;
}

/**
 * The milliseconds for which an instance may go on loading before its thread is ended in the middle of that. Node.js 20
 * can end the whole process (`Check failed: (location_) != nullptr`) if a thread is ended while an ES module with a
 * top-level await begins, as the API's does.
 */
const LOADING_LIMIT = 2_000;

/** Starts an instance of one function. */
export type StartInstance = (events: InstanceEvents) => Instance;

/**
 * Starts an instance in a worker thread, with exactly the given environment variables and with a heap that is limited
 * to the function's memory.
 *
 * @param program the path of the built `instance.cjs`
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
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMegabytes, maxYoungGenerationSizeMb: 3 },
  });
  let reason = "Runtime exited without providing a reason";
  let loaded: () => void = () => undefined;
  const loading = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  worker.on("message", ([kind, json, logged]: FromInstance) => {
    if (logged) events.log(logged);
    if (kind !== "log") loaded();
    if (kind === "ready") events.ready();
    else if (kind === "fatal") events.failed({ ok: false, json });
    else if (kind !== "log") events.answered({ ok: kind === "result", json });
  });
  worker.on("error", (error) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  worker.on("exit", (status) => {
    loaded();
    events.ended(status === 0 ? reason : `Runtime exited with error: exit status ${status}`);
  });
  return {
    handle: (...event) => worker.postMessage(event),
    stop: async () => {
      const limit = setTimeout(loaded, LOADING_LIMIT);
      await loading;
      clearTimeout(limit);
      await worker.terminate();
    },
  };
}
