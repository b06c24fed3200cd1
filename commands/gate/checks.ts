import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";

/** The public addresses of an environment, and an origin that it lets in. */
export interface Addresses {
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly websocketUrl: string;
  readonly broadcastUrl: string;
  readonly origin: string;
}

/** Posts JSON with the caller's signature, and returns the status of the answer. */
export type Post = (
  url: string,
  json: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<number>;

/** What was asked of an environment, and what it did. */
export interface Check {
  readonly name: "health" | "connect" | "echo" | "comment" | "receive";
  readonly state: "passed" | "failed" | "not run";
  /** What was seen. */
  readonly detail: string;
}

/** How long one answer may take. A first request has to start a function, and the longest start takes seconds. */
const ANSWER_MILLISECONDS = 15_000;

/**
 * Asks an environment what its users ask: the API answers, a connection opens, what is sent there comes back, and a
 * comment that is broadcast is received. The comment is of the type `test`, which pages pass over.
 */
export async function checkAddresses(addresses: Addresses, post: Post, signal: AbortSignal): Promise<Check[]> {
  const health = await checkHealth(addresses, signal);
  const opened = await openSocket(addresses, signal);
  if (!("listener" in opened))
    return [health, opened.check, ...notRun("there is no connection", "echo", "comment", "receive")];
  const { listener, check } = opened;
  try {
    return [health, check, await checkEcho(listener), ...(await checkComment(addresses, post, listener, signal))];
  } finally {
    listener.close();
  }
}

/** Returns what failed, in a line. */
export function failures(checks: readonly Check[]): string {
  const failed = checks.filter(({ state }) => state === "failed");
  return failed.map(({ name, detail }) => `${name} (${detail})`).join(", ");
}

async function checkHealth({ apiUrl }: Addresses, signal: AbortSignal): Promise<Check> {
  try {
    // A cache between would answer for an environment that is gone.
    const url = `${apiUrl}/health?at=${randomUUID()}`;
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MILLISECONDS)]) });
    const body = await response.text();
    const healthy = response.status === 200 && /"status":\s*"healthy"/.test(body);
    const detail = healthy
      ? "GET /health says healthy"
      : `GET /health answered ${response.status}: ${body.slice(0, 200)}`;
    return { name: "health", state: healthy ? "passed" : "failed", detail };
  } catch (error) {
    return { name: "health", state: "failed", detail: `GET ${apiUrl}/health: ${messageOf(error)}` };
  }
}

/** A connection whose messages are kept, so that none is missed between two questions. */
interface Listener {
  readonly socket: WebSocket;
  /** Resolves with the first message that passes, and rejects when the answer takes too long. */
  first(passes: (message: string) => boolean): Promise<string>;
  close(): void;
}

type Opened = { readonly check: Check; readonly listener: Listener } | { readonly check: Check };

function openSocket({ websocketUrl, origin }: Addresses, signal: AbortSignal): Promise<Opened> {
  const socket = new WebSocket(websocketUrl, { origin, handshakeTimeout: ANSWER_MILLISECONDS });
  const messages: string[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data) => {
    messages.push(String(data));
    for (const look of waiting) look();
  });
  const stop = () => socket.terminate();
  signal.addEventListener("abort", stop, { once: true });
  const listener: Listener = {
    socket,
    first: (passes) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => end(undefined), ANSWER_MILLISECONDS);
        const end = (found: string | undefined) => {
          clearTimeout(timer);
          waiting.delete(look);
          if (found === undefined) reject(new Error(`nothing came within ${ANSWER_MILLISECONDS / 1000} s`));
          else resolve(found);
        };
        const look = () => {
          const found = messages.find(passes);
          if (found !== undefined) end(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => {
      signal.removeEventListener("abort", stop);
      socket.close();
    },
  };
  return new Promise((resolve) => {
    const failed = (state: Check["state"], detail: string) => {
      signal.removeEventListener("abort", stop);
      resolve({ check: { name: "connect", state, detail } });
    };
    socket.once("open", () =>
      resolve({ check: { name: "connect", state: "passed", detail: `connected to ${websocketUrl}` }, listener }),
    );
    socket.once("unexpected-response", (_, { statusCode }) => {
      socket.terminate();
      // An environment that asks for tickets refuses whoever has none, which shows that it works as far as that.
      if (statusCode === 401) failed("not run", "the environment asks for a ticket, which only a signed-in user gets");
      else failed("failed", `the handshake was answered with ${statusCode}`);
    });
    socket.on("error", (error) => failed("failed", `${websocketUrl}: ${error.message}`));
  });
}

async function checkEcho({ socket, first }: Listener): Promise<Check> {
  const message = `Hello ${randomUUID()}`;
  try {
    socket.send(message);
    await first((received) => received === message);
    return { name: "echo", state: "passed", detail: "what was sent came back" };
  } catch (error) {
    return { name: "echo", state: "failed", detail: messageOf(error) };
  }
}

async function checkComment(
  { broadcastUrl }: Addresses,
  post: Post,
  { first }: Listener,
  signal: AbortSignal,
): Promise<Check[]> {
  const id = randomUUID();
  const json = JSON.stringify({ id, type: "test", data: { message: "test" } });
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MILLISECONDS)]);
    const status = await post(broadcastUrl, json, {}, limit);
    if (status === 403)
      return notRun("the caller may not call the broadcast route (execute-api:Invoke)", "comment", "receive");
    if (status >= 300)
      return [
        { name: "comment", state: "failed", detail: `the broadcast route answered ${status}` },
        ...notRun("no comment was sent", "receive"),
      ];
  } catch (error) {
    return [
      { name: "comment", state: "failed", detail: `${broadcastUrl}: ${messageOf(error)}` },
      ...notRun("no comment was sent", "receive"),
    ];
  }
  const sent: Check = { name: "comment", state: "passed", detail: "a comment of the type test was broadcast" };
  try {
    await first((received) => received.includes(id));
    return [sent, { name: "receive", state: "passed", detail: "it was received" }];
  } catch (error) {
    return [sent, { name: "receive", state: "failed", detail: messageOf(error) }];
  }
}

function notRun(detail: string, ...names: Check["name"][]): Check[] {
  return names.map((name) => ({ name, state: "not run", detail }));
}

const messageOf = (error: unknown) => {
  if (!(error instanceof Error)) return String(error);
  // `fetch` says "fetch failed" and keeps the reason.
  return error.cause instanceof Error ? error.cause.message : error.message;
};
