import type { ServerResponse } from "node:http";
import { isObject, type Json, parseJson } from "../shared/json";
import { type HeaderList, HOP_BY_HOP } from "./messages";

/** A response of a function, in payload format 2.0, as it goes to the client. */
export interface PayloadResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string | Buffer;
}

/**
 * Interprets a function's result in payload format 2.0; see
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @returns undefined if it is not a response that AWS understands
 */
export function payloadResponse(json: string): PayloadResponse | undefined {
  const result = parseJson(json);
  if (result === undefined) return undefined;
  if (!isObject(result) || result.statusCode === undefined)
    // A result without a status is the body.
    return {
      status: 200,
      headers: ["content-type", "application/json"],
      body: typeof result === "string" ? result : json,
    };
  const { statusCode, headers = {}, cookies = [], body = "", isBase64Encoded = false } = result;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (!isObject(headers ?? {}) || !Array.isArray(cookies) || typeof (body ?? "") !== "string") return undefined;
  const text = String(body ?? "");
  return {
    status,
    headers: responseHeaders(isObject(headers) ? headers : {}, cookies),
    body: isBase64Encoded === true ? Buffer.from(text, "base64") : text,
  };
}

/**
 * Sends a function's response together with the headers of the gateway.
 *
 * @returns false, with nothing sent, if the function's headers are not allowed in HTTP
 */
export function sendPayloadResponse(
  response: ServerResponse,
  { status, headers, body }: PayloadResponse,
  gatewayHeaders: Readonly<HeaderList>,
): boolean {
  const bodyless = status === 204 || status === 304;
  const length = bodyless ? [] : ["content-length", String(Buffer.byteLength(body))];
  try {
    response.writeHead(status, [...gatewayHeaders, ...headers, ...length]);
  } catch {
    return false;
  }
  response.end(bodyless ? undefined : body);
  return true;
}

function responseHeaders(headers: Readonly<Record<string, Json>>, cookies: readonly unknown[]): HeaderList {
  const list: HeaderList = [];
  let typed = false;
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    // The length is that of the body as it is sent.
    if (value === null || typeof value === "object" || lower === "content-length" || HOP_BY_HOP.has(lower)) continue;
    typed ||= lower === "content-type";
    list.push(name, String(value));
  }
  if (!typed) list.push("content-type", "application/json");
  for (const cookie of cookies) list.push("set-cookie", String(cookie));
  return list;
}
