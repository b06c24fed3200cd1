import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionUrlDefinition } from "../definition/model";
import { fitsPayload, type InvocationResult, MAX_PAYLOAD_BYTES } from "../lambda/invocation";
import type { Clock } from "../shared/clock";
import { corsHeaders, preflightHeaders } from "./cors";
import { percentDecoded, readBody, sendJson, splitTarget } from "./messages";
import { payloadEvent } from "./payload-event";
import { payloadResponse, sendPayloadResponse } from "./payload-response";

export interface FunctionUrlSettings {
  readonly definition: FunctionUrlDefinition;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly clock: Pick<Clock, "now">;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** Serves a function at its public address: every request but a preflight is one invocation. */
export class FunctionUrl {
  constructor(private readonly settings: FunctionUrlSettings) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { cors, permitted, function: target } = this.settings.definition;
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
    if (!permitted()) {
      this.settings.hint(`The Function URL answers 403: ${target.name} lacks one of the two permissions it needs.`);
      const link = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";
      const message = `Forbidden. For troubleshooting Function URL authorization issues, see: ${link}`;
      return sendJson(response, 403, { Message: message }, [...headers, "x-amzn-errortype", "AccessDeniedException"]);
    }
    const body = await readBody(request, MAX_PAYLOAD_BYTES);
    const event = body && this.event(request, body, requestId);
    if (event === undefined || !fitsPayload(event)) {
      const message = `Request must be smaller than ${MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation`;
      return sendJson(response, 413, { Message: message }, headers);
    }
    const { ok, json } = await this.settings.invoke(event);
    const answer = ok && fitsPayload(json) ? payloadResponse(json) : undefined;
    if (!answer || !sendPayloadResponse(response, answer, headers))
      response.writeHead(502, [...headers, "content-type", "text/plain"]).end("Internal Server Error");
  }

  private event(request: IncomingMessage, body: Buffer, requestId: string): string {
    const { definition, clock } = this.settings;
    const { path: rawPath } = splitTarget(request.url ?? "/");
    return payloadEvent(request, body, clock.now(), {
      accountId: "anonymous",
      apiId: definition.id,
      routeKey: "$default",
      stage: "$default",
      requestId,
      rawPath,
      // No recording of AWS shows what becomes of a path that cannot be decoded: here it stays as it is.
      path: percentDecoded(rawPath) ?? rawPath,
      source: "function-url",
    });
  }
}
