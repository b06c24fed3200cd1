/** Runs the API in this process, and checks every response and every log line of every test. */
import { expect } from "@jest/globals";
import { createRouter } from "../../api/http/router";
import { openApiDocument } from "../../api/openapi/document";
import { routesOf } from "../../api/routes";
import type { Services } from "../../api/services";
import { conformanceTo } from "./conformance";
import { bearer } from "./doubles/authenticator";
import { memoryServices } from "./doubles/services";
import { foundIn, secretsOf } from "./secrets";

export const document = openApiDocument(routesOf(memoryServices().services), "1.2.3");
export const conformance = conformanceTo(document);

type Made = ReturnType<typeof memoryServices>;

interface Sent {
  /** The uid of the user whose token is sent; none by default. */
  readonly as?: string;
  /** Says that this user signed in without any credential. */
  readonly anonymous?: boolean;
  /** The body. An object is sent as JSON, text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Api extends Made {
  /** Sends a request as it is, with the request id that the adapter would have given it. */
  request(path: string, init?: RequestInit): Promise<Response>;
  send(method: string, path: string, sent?: Sent): Promise<Response>;
}

/** @param changed returns the services that replace those in memory */
export function apiInMemory(changed: (services: Made["services"]) => Partial<Services> = () => ({})): Api {
  const made = memoryServices();
  const { log } = made.services;
  const services = { ...made.services, ...changed(made.services) };
  const router = createRouter(routesOf(services), services);
  let linesSeen = 0;

  async function request(path: string, init?: RequestInit): Promise<Response> {
    const sent = new Request(new URL(path, "https://api.internal"), init);
    if (!sent.headers.has("x-request-id")) sent.headers.set("x-request-id", "request-1");
    const body = await sent.clone().text();
    const response = await router.request(sent);
    const text = await response.clone().text();
    const { status, headers } = response;
    const { pathname } = new URL(sent.url);

    const { credentials, written } = secretsOf(sent.headers, body);
    // One expectation for all: of hundreds of requests each, it takes as long as the request does.
    expect({
      request: `${sent.method} ${pathname}`,
      breach: conformance.breach(sent.method, pathname, { status, headers, text }),
      id: headers.get("x-request-id"),
      sniffing: headers.get("x-content-type-options"),
      cors: [...headers.keys()].filter((name) => name.startsWith("access-control")),
      shown: foundIn(text + JSON.stringify([...headers]), credentials),
      logged: foundIn(log.lines.slice(linesSeen), [...credentials, ...written]),
    }).toEqual({
      request: `${sent.method} ${pathname}`,
      breach: undefined,
      id: sent.headers.get("x-request-id"),
      sniffing: "nosniff",
      cors: [],
      shown: [],
      logged: [],
    });
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
