/** The API in this process, with every answer and every log line of every test checked. */
import { expect } from "@jest/globals";
import { createApp } from "../../api/app";
import { openApiDocument } from "../../api/openapi/document";
import { createSchemas } from "../../api/openapi/schemas";
import { routesOf } from "../../api/routes";
import type { Services } from "../../api/services";
import { conformanceTo } from "./conformance";
import { bearer } from "./doubles/authenticator";
import { memoryServices } from "./doubles/services";
import { foundIn, secretsOf } from "./secrets";

export const document = openApiDocument(routesOf(memoryServices().services), createSchemas(), "1.2.3");
export const conformance = conformanceTo(document);

type Made = ReturnType<typeof memoryServices>;

interface Sent {
  /** The uid of the user whose token is sent; none by default. */
  readonly as?: string;
  /** Whether that user signed in without any credential. */
  readonly anonymous?: boolean;
  /** Sent as JSON, or as it is if it is text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Api extends Made {
  /** Like `app.request` of h3. */
  request(path: string, init?: RequestInit, context?: { requestId: string }): Promise<Response>;
  send(method: string, path: string, sent?: Sent): Promise<Response>;
}

/** @param changed what the API shall work with instead of what is in memory */
export function apiInMemory(changed: (services: Made["services"]) => Partial<Services> = () => ({})): Api {
  const made = memoryServices();
  const { log } = made.services;
  const app = createApp({ ...made.services, ...changed(made.services) });
  let linesSeen = 0;

  async function request(path: string, init?: RequestInit, context?: { requestId: string }): Promise<Response> {
    const sent = new Request(new URL(path, "https://api.internal"), init);
    const body = await sent.clone().text();
    const response = await app.request(sent, undefined, context);
    const text = await response.clone().text();
    const { status, headers } = response;
    const { pathname } = new URL(sent.url);

    const breach = conformance.breach(sent.method, pathname, { status, type: headers.get("content-type"), text });
    expect({ [`${sent.method} ${pathname}`]: breach }).toEqual({ [`${sent.method} ${pathname}`]: undefined });
    expect(headers.get("x-request-id")).not.toBeNull();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);

    const { credentials, written } = secretsOf(sent.headers, body);
    expect(foundIn(text + JSON.stringify([...headers]), credentials)).toEqual([]);
    expect(foundIn(log.lines.slice(linesSeen), [...credentials, ...written])).toEqual([]);
    linesSeen = log.lines.length;
    return response;
  }

  return {
    ...made,
    request,
    send: (method, path, { as, anonymous = false, body, headers } = {}) =>
      request(path, {
        method,
        headers: {
          ...(as !== undefined && { authorization: bearer(as, { anonymous }) }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
  };
}
