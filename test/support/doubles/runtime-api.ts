/** Lambda's Runtime API for one instance: it hands out one event and takes the answer. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
import { once } from "node:events";
import http from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "./servers/http-server";

export interface RuntimeApi {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly host: string;
  /** What the instance answered, or its error. */
  readonly answer: Promise<{ readonly path: string; readonly body: string }>;
  stop(): Promise<void>;
}

export async function startRuntimeApi(event: object): Promise<RuntimeApi> {
  const waiting = [event];
  let answered: (answer: { path: string; body: string }) => void = () => undefined;
  const answer = new Promise<{ path: string; body: string }>((resolve) => {
    answered = resolve;
  });
  const { url, stop } = await listen(
    http.createServer(async (request, response) => {
      if (request.method === "GET") {
        const next = waiting.shift();
        // Without another event the client waits until it is killed.
        if (!next) return void (await once(response, "close"));
        response.writeHead(200, {
          "lambda-runtime-aws-request-id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
          "lambda-runtime-deadline-ms": "4102444800000",
          "lambda-runtime-invoked-function-arn": "arn:aws:lambda:ap-northeast-1:123456789012:function:api",
          "content-type": "application/json",
        });
        response.end(JSON.stringify(next));
        return;
      }
      const body = await text(request);
      response.writeHead(202).end();
      answered({ path: request.url ?? "", body });
    }),
  );
  return { host: new URL(url).host, answer, stop };
}
