import { type Listening, serve } from "./http-server";

/** The fate of one request. */
type Fault =
  /** It is passed on, and so is the answer. */
  | "none"
  /** The connection is cut before anything happens. */
  | "reset"
  /** No answer ever comes. */
  | "hang"
  /** It is passed on and takes effect, but the connection is cut instead of answering. */
  | "reset after"
  /** It is passed on and takes effect, but the answer is this. */
  | { readonly after: Answer }
  /** It is not passed on, and the answer is this. */
  | Answer;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface FaultyProxy extends Listening {
  /** The number of requests that have come since the last plan. */
  readonly requests: number;
  /** The operations that the requests since the last plan asked for, such as `GetItem`. */
  readonly operations: readonly string[];
  /** Sets the fates of the next requests, one after the other, and then of all others. */
  plan(next: readonly Fault[], others?: Fault): void;
}

/** Starts a proxy that stands before a server that speaks JSON, and misbehaves as planned. */
export async function faultyProxy(target: string): Promise<FaultyProxy> {
  let planned: Fault[] = [];
  let otherwise: Fault = "none";
  let operations: string[] = [];
  const listening = await serve(async ({ method, path, headers, body }, response) => {
    operations.push(String(headers["x-amz-target"]).split(".").at(-1) ?? "");
    const fault = planned.shift() ?? otherwise;
    const answer = ({ status, body }: Answer) =>
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
    const forward = async () => {
      const { "x-amz-target": operation, authorization } = headers;
      const forwarded = { "x-amz-target": String(operation), authorization: String(authorization) };
      const reply = await fetch(target + path, {
        method,
        headers: {
          ...forwarded,
          "content-type": "application/x-amz-json-1.0",
          "x-amz-date": String(headers["x-amz-date"]),
        },
        body,
      });
      return { status: reply.status, body: await reply.json() };
    };
    if (fault === "hang") return;
    if (fault === "reset") response.destroy();
    else if (fault === "none") answer(await forward());
    else if (fault === "reset after") {
      await forward();
      response.destroy();
    } else if ("after" in fault) {
      await forward();
      answer(fault.after);
    } else answer(fault);
  });
  return {
    ...listening,
    get requests() {
      return operations.length;
    },
    get operations() {
      return operations;
    },
    plan(next, others = "none") {
      planned = [...next];
      otherwise = others;
      operations = [];
    },
  };
}

/** Builds the answer with which DynamoDB says that it failed. */
export const dynamoError = (status: number, name: string): Answer => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name },
});
