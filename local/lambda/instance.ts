import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { FromInstance, FunctionError, InstanceSettings, ToInstance } from "./instance-protocol";

// The program of an instance's thread. It loads the deployed bundle and handles one event after the other, as Lambda's
// Node.js runtime does. The thread's environment variables are the function's and no others.

type Handler = (event: unknown, context: object) => unknown;

const settings: InstanceSettings = workerData;
const port = parentPort;

/**
 * The lines per window that are sent at once, so that none is missing if the thread ends. The lines beyond go with the
 * next message, because a message for each would slow a function that logs a lot.
 */
const LINES_AT_ONCE = 20;
/** The length of a window, in milliseconds. */
const WINDOW = 100;
/** The most characters that wait for the next message. */
const MAX_UNSENT = 64 * 1024;

let unsent = "";
let windowStart = 0;
let linesInWindow = 0;
let flush: NodeJS.Immediate | undefined;
let requestId: string | undefined;

function send(kind: FromInstance[0], json = ""): void {
  const message: FromInstance = [kind, json, unsent];
  unsent = "";
  clearImmediate(flush);
  flush = undefined;
  port?.postMessage(message);
}

function log(text: string): void {
  unsent += text;
  const now = Date.now();
  if (now - windowStart > WINDOW) {
    windowStart = now;
    linesInWindow = 0;
  }
  if (++linesInWindow <= LINES_AT_ONCE || unsent.length > MAX_UNSENT) send("log");
  else flush ??= setImmediate(() => send("log"));
}

for (const stream of [process.stdout, process.stderr])
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    log(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    const callback = rest.at(-1);
    if (typeof callback === "function") callback();
    return true;
  };

process.on("uncaughtException", (error) => end(functionError(error)));
process.on("unhandledRejection", (reason) => {
  const error = functionError(reason);
  end({
    ...error,
    errorType: "Runtime.UnhandledPromiseRejection",
    errorMessage: `${error.errorType}: ${error.errorMessage}`,
  });
});

loadHandler().then(serve, (error) => end(functionError(error)));

async function loadHandler(): Promise<Handler> {
  const { file, certificatesPort } = settings;
  if (certificatesPort !== undefined) {
    const { redirectGoogleCertificates } = await import("./google-certificates");
    redirectGoogleCertificates(certificatesPort);
  }
  const module: { handler?: unknown } = file.endsWith(".mjs")
    ? await import(pathToFileURL(file).href)
    : createRequire(file)(file);
  const { handler } = module;
  if (!isHandler(handler))
    throw namedError("Runtime.HandlerNotFound", "index.handler is undefined or not exported, or not a function");
  if (handler.length > 2)
    throw namedError(
      "Runtime.CallbackHandlerDeprecated",
      "The Node.js 24 runtime calls no handler that takes a callback: make index.handler an async function of (event, context).",
    );
  return handler;
}

function isHandler(value: unknown): value is Handler {
  return typeof value === "function";
}

function serve(handler: Handler): void {
  port?.on("message", async ([id, deadline, event]: ToInstance) => {
    requestId = id;
    try {
      const result = await handler(JSON.parse(event), context(id, deadline));
      send("result", JSON.stringify(result) ?? "null");
    } catch (error) {
      report("error", "Invoke Error", functionError(error));
    }
    requestId = undefined;
  });
  send("ready");
}

/** Returns the context of a call; see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function context(awsRequestId: string, deadline: number) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: "$LATEST",
    functionName: settings.functionName,
    memoryLimitInMB: String(settings.memoryMegabytes),
    logGroupName: settings.logGroup,
    logStreamName: settings.logStream,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: settings.arn,
    awsRequestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Logs an error as Lambda's runtime does, and answers with it. */
function report(kind: "error" | "fatal", title: string, error: FunctionError): void {
  const { errorType, errorMessage, trace } = error;
  const text = JSON.stringify({ errorType, errorMessage, stack: trace });
  log(`${new Date().toISOString()}\t${requestId}\tERROR\t${title} \t${text}\n`);
  send(kind, JSON.stringify(error));
}

/** Reports an error after which Lambda would not use this instance again. */
function end(error: FunctionError): void {
  report("fatal", "Uncaught Exception", error);
  process.exit(1);
}

function functionError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
}

function namedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
