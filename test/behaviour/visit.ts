import { setTimeout } from "node:timers/promises";
import { expect } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import * as z from "zod/mini";
import { Client } from "../local/websocket-client";
import type { Platform, User } from "./platform";

/** What the API or the broadcast route answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON object of the body; empty if there is no body. */
  readonly body: Readonly<Record<string, unknown>>;
}

interface Sent {
  readonly as?: User;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Connecting {
  readonly ticket?: string;
  readonly query?: string;
  /** @default - one of the environment's */
  readonly origin?: string;
}

/** The users of all behaviours of a run: a few who are made once, since sign-ups are limited by the hour. */
export class People {
  private readonly made = new Map<string, Promise<User>>();

  constructor(private readonly platform: () => Platform) {}

  /** Returns the user with this name, who is made the first time. */
  user(name: string): Promise<User> {
    const user = this.made.get(name) ?? this.platform().users.create();
    this.made.set(name, user);
    return user;
  }

  async remove(): Promise<void> {
    for (const user of this.made.values()) await this.platform().users.remove(await user);
  }
}

/** One behaviour's stay on a platform: it remembers what the behaviour makes, and removes it when it ends. */
export class Visit {
  private readonly undos: (() => Promise<unknown>)[] = [];

  constructor(
    readonly platform: Platform,
    private readonly people: People,
  ) {}

  user(name: string): Promise<User> {
    return this.people.user(name);
  }

  /** Calls the API. */
  async call(method: string, path: string, { as, body, headers }: Sent = {}): Promise<Answer> {
    const response = await fetch(this.platform.apiUrl + path, {
      method,
      headers: {
        ...(as && { authorization: `Bearer ${as.idToken}` }),
        ...(body && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return answerOf(response);
  }

  /** Publishes a post, which is deleted at the end. Returns its path. */
  async post(as: User, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const body = { title: "Verification", content: "This post is deleted in a moment." };
    const created = await this.call("POST", "/api/v1/posts", { as, body, headers });
    const path = `/api/v1/posts/${idOf(created)}`;
    this.undo(async () => expect([204, 404]).toContain((await this.call("DELETE", path, { as })).status));
    return path;
  }

  /**
   * Connects a client to the WebSocket API as a page of the environment's own does, until the end.
   *
   * @param query such as `topics=own`
   */
  async connect({ ticket, query = "", origin = this.platform.origin }: Connecting = {}): Promise<Client> {
    const protocols = ticket === undefined ? [] : ["terrace.v1", `ticket.${ticket}`];
    const url = `${this.platform.websocketUrl}${query && `?${query}`}`;
    const client = await Client.connect(url, protocols, { origin });
    this.undo(() => client.close());
    return client;
  }

  /** Returns a new ticket of the user's. */
  async ticket(as: User): Promise<string> {
    const { status, body } = await this.call("POST", "/api/v1/websocket/tickets", { as });
    expect(status).toBe(201);
    return String(body.ticket);
  }

  /** Asks the broadcast route to tell everyone who is connected, with the operator's signature. */
  async broadcast(message: object): Promise<Answer> {
    return answerOf(await this.signed(this.platform.broadcastUrl, message));
  }

  /** Sends to one connection, with the operator's signature, whether or not the gateway takes it. */
  async send(connectionId: string, message: object): Promise<void> {
    const url = this.platform.websocketUrl.replace(/^ws/, "http");
    const response = await this.signed(`${url}/@connections/${encodeURIComponent(connectionId)}`, message);
    await response.arrayBuffer();
    expect(response.status).not.toBe(403);
  }

  /** Calls a function, given by its bundle, with the operator's signature, and waits for its end. */
  async invoke(bundle: string): Promise<void> {
    const { lambdaUrl, functions, database } = this.platform;
    const { credentials, region, sha256 } = database.config;
    const signer = new SignatureV4({ service: "lambda", credentials, region, sha256 });
    const { protocol, hostname, host } = new URL(lambdaUrl);
    const path = `/2015-03-31/functions/${functions[bundle]}/invocations`;
    const request = { method: "POST", protocol, hostname, path, headers: { host }, body: "{}" };
    const { headers } = await signer.sign(request);
    const response = await fetch(lambdaUrl + path, { method: "POST", headers, body: "{}" });
    expect([response.status, response.headers.get("x-amz-function-error")]).toEqual([200, null]);
  }

  /** Posts JSON to a gateway, with the operator's signature. */
  private async signed(url: string, message: object): Promise<Response> {
    const { credentials, region, sha256 } = this.platform.database.config;
    const signer = new SignatureV4({ service: "execute-api", credentials, region, sha256 });
    const { protocol, hostname, host, pathname: path } = new URL(url);
    const body = JSON.stringify(message);
    const headers = { host, "content-type": "application/json" };
    const signed = await signer.sign({ method: "POST", protocol, hostname, path, headers, body });
    return fetch(url, { method: "POST", headers: signed.headers, body });
  }

  /** Remembers how to remove something that the behaviour makes. The last thing made is removed first. */
  undo(undo: () => Promise<unknown>): void {
    this.undos.push(undo);
  }

  /** Removes everything. @throws AggregateError with what could not be removed */
  async end(): Promise<void> {
    const errors: unknown[] = [];
    for (const undo of this.undos.splice(0).reverse()) await undo().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, "Something that a behaviour made could not be removed.");
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = z.record(z.string(), z.unknown()).parse(text === "" ? {} : JSON.parse(text));
  return { status: response.status, headers: response.headers, body };
}

const created = z.object({ id: z.string() });

/** Returns the id in the answer to a creation, which has to be a 201. */
export function idOf({ status, body }: Answer): string {
  expect({ status, body }).toMatchObject({ status: 201 });
  return created.parse(body).id;
}

const list = z.object({ items: z.array(z.record(z.string(), z.unknown())), next_cursor: z.nullable(z.string()) });

/** Returns a part of a list, which has to be a 200. */
export function listIn({ status, body }: Answer): z.output<typeof list> {
  expect(status).toBe(200);
  return list.parse(body);
}

/** The milliseconds between two looks: to ask without a pause would slow down what is waited for. */
const PAUSE = 20;
/** So many that a platform under load is waited for, and a broken one ends the run within minutes. */
const ATTEMPTS = 5_000;
/** The looks, some seconds of them, after which what brings it about is done again. */
const PATIENCE = 200;

/**
 * Resolves as soon as a condition holds that a platform brings about a moment later; asking it takes a request.
 *
 * @param again does once more what brings it about, where a platform under load may leave something for the next time
 */
export async function eventually(
  what: string,
  condition: () => Promise<boolean>,
  again: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await condition()) return;
    if (attempt % PATIENCE === 0) await again();
    await setTimeout(PAUSE);
  }
  throw new Error(`After ${ATTEMPTS} attempts it is still not true that ${what}.`);
}
