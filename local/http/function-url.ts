import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionUrlDefinition } from "../definition/model";
import type { InvocationResult } from "../lambda/worker";
import type { Clock } from "../shared/clock";
import { corsHeaders, type HeaderList, preflightHeaders } from "./cors";
import { readBody, sendJson } from "./messages";
import { type PayloadResponse, payloadEvent, payloadResponse } from "./payload-v2";

/** Bytes of an event and of an answer; see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_BYTES = 6 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export interface FunctionUrlSettings {
  readonly definition: FunctionUrlDefinition;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly clock: Pick<Clock, "now">;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** A function's public address: every request is one invocation, except for preflights. */
export class FunctionUrl {
  constructor(private readonly settings: FunctionUrlSettings) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { definition, invoke, clock, hint } = this.settings;
    const { cors, permitted, id } = definition;
    const requestId = randomUUID();
    const headers = ["x-amzn-requestid", requestId];
    if (cors) {
      const { origin } = request.headers;
      headers.push("vary", "Origin");
      if (request.method === "OPTIONS") {
        headers.push("content-type", "application/json", "content-length", "0", ...preflightHeaders(cors, origin));
        response.writeHead(200, headers).end();
        return;
      }
      headers.push(...corsHeaders(cors, origin));
    }
    if (!permitted) {
      hint(`The Function URL answers 403: ${definition.function.name} lacks one of the two permissions it needs.`);
      const link = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";
      const message = `Forbidden. For troubleshooting Function URL authorization issues, see: ${link}`;
      return sendJson(response, 403, { Message: message }, [...headers, "x-amzn-errortype", "AccessDeniedException"]);
    }
    const body = hasBody(request) ? await readBody(request, MAX_BYTES) : NOTHING;
    const context = { accountId: "anonymous", apiId: id, routeKey: "$default", stage: "$default", requestId };
    const event = body && payloadEvent(request, body, clock.now(), context);
    if (event === undefined || event.length > MAX_BYTES) {
      const message = `Request must be smaller than ${MAX_BYTES} bytes for the InvokeFunction operation`;
      return sendJson(response, 413, { Message: message }, headers);
    }
    const { ok, json } = await invoke(event);
    const answer = ok && json.length <= MAX_BYTES ? payloadResponse(json) : undefined;
    if (!answer || !sendPayload(response, answer, headers))
      response.writeHead(502, [...headers, "content-type", "text/plain"]).end("Internal Server Error");
  }
}

/** Whether a request brings a body, which then has to be waited for. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/**
 * Sends a function's answer, with what the gateway itself adds. Says false, and sends nothing, if the answer has a header
 * that HTTP does not allow.
 */
export function sendPayload(response: ServerResponse, answer: PayloadResponse, headers: HeaderList): boolean {
  const { status, body } = answer;
  const bodyless = status === 204 || status === 304;
  const length = bodyless ? [] : ["content-length", String(Buffer.byteLength(body))];
  try {
    response.writeHead(status, [...headers, ...answer.headers, ...length]);
  } catch {
    return false;
  }
  response.end(bodyless ? undefined : body);
  return true;
}
