/** One instance of a function as Lambda runs it: a process with a runtime client, and a Runtime API that feeds it. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { cpuMilliseconds } from "./process.mjs";

export interface Program {
  /** The folder that holds `index.mjs`. */
  readonly task: string;
  readonly variables: Readonly<Record<string, string>>;
  /** A module that is loaded before the runtime client. */
  readonly preload?: string;
}

/** CPU milliseconds of INIT, from the start of the process to its first question for an event, and of each invocation. */
export interface Costs {
  readonly init: number;
  readonly invocations: readonly number[];
}

const folder = process.env.RIC_FOLDER;
const ric = folder && path.join(folder, "node_modules/aws-lambda-ric/index.mjs");

/** Names what runs the handler. */
export const runtimeName = folder
  ? `aws-lambda-ric on the Node.js in ${folder}`
  : `bench/runtime-client.mjs on Node.js ${process.version}, standing in for aws-lambda-ric (RIC_FOLDER is not set)`;

/** Runs an instance that is given these events, one after the other. Throws if one is answered by anything but success. */
export async function runInstance({ task, variables, preload }: Program, events: readonly object[]): Promise<Costs> {
  const waiting = [...events];
  const invocations: number[] = [];
  let init: number | undefined;
  let before = 0;
  let done: (error?: Error) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    done = (error) => (error ? reject(error) : resolve());
  });
  const runtime = http.createServer(async (request, response) => {
    if (request.method === "GET") {
      before = cpuMilliseconds(Number(instance.pid));
      init ??= before;
      const event = waiting.shift();
      // Without another event the client waits until it is killed.
      if (!event) return done();
      response.writeHead(200, {
        "lambda-runtime-aws-request-id": randomUUID(),
        "lambda-runtime-deadline-ms": String(Date.now() + 15_000),
        "lambda-runtime-invoked-function-arn": "arn:aws:lambda:ap-northeast-1:123456789012:function:bench",
        "content-type": "application/json",
      });
      response.end(JSON.stringify(event));
      return;
    }
    const body = await text(request);
    invocations.push(cpuMilliseconds(Number(instance.pid)) - before);
    const { statusCode } = JSON.parse(body);
    response.writeHead(202).end();
    if (!(statusCode < 300)) done(new Error(`${task}: ${request.url} ${body}`));
  });
  runtime.listen(0, "127.0.0.1");
  await once(runtime, "listening");
  const { port } = runtime.address() as AddressInfo;
  const node = folder ? path.join(folder, "node_modules/.bin/node") : process.execPath;
  const client = ric ? [ric, "index.handler"] : [path.resolve("bench/runtime-client.mjs")];
  const instance = spawn(node, [...(preload ? ["--require", preload] : []), ...client], {
    cwd: task,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...variables,
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: task,
      _HANDLER: "index.handler",
      AWS_LAMBDA_FUNCTION_NAME: "bench",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
      AWS_LAMBDA_LOG_GROUP_NAME: "bench",
      AWS_LAMBDA_LOG_STREAM_NAME: "bench",
    },
  });
  instance.on("error", done);
  instance.on("exit", (status) => done(new Error(`${task}: the instance ended with ${status}`)));
  try {
    await finished;
  } finally {
    instance.kill("SIGKILL");
    runtime.closeAllConnections();
    runtime.close();
  }
  return { init: init ?? 0, invocations };
}
