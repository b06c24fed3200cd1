import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { ConnectionCut } from "../faults/connection-cut";
import { sendJson } from "../http/messages";
import { codeOf, messageOf, StartError } from "../shared/errors";
import { refuseHandshake } from "../websocket/handshake";

/** The address that the ports listen on, to which only this machine can connect. */
const HOST = "127.0.0.1";
/** The milliseconds that an idle connection is kept, which is longer than clients keep theirs, so that none is cut off. */
const KEEP_ALIVE = 65_000;
/** The milliseconds that requests under way have to finish when the local cloud stops. */
const FINISH_WITHIN = 1_000;

/** Returns why a port does not answer a request at all, as a sentence for the developer, or undefined if it does. */
export type Refusal = (request: IncomingMessage) => string | undefined;

/** Answers the requests to a port. */
export interface Service {
  request(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
  /** Answers a WebSocket handshake. Without it, handshakes are requests like any other. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
}

/** A port that listens. */
export interface Port {
  readonly number: number;
  /** Starts to answer. Requests that came before have waited. */
  serve(service: Service): void;
  stop(): Promise<void>;
}

export interface PortSettings {
  /** The number of the port; 0 takes a free one. */
  readonly number: number;
  /** The environment variable that changes the number, for errors. */
  readonly variable: string;
  /** Decides which requests are refused with 403 before the service sees them. */
  readonly refusal: Refusal;
  /** True for a port that takes WebSocket handshakes. @default false */
  readonly upgrades?: boolean;
  /** The clock that dates responses, in epoch milliseconds. @default - the machine's */
  readonly now?: (() => number) | undefined;
  /** Is told of every request that failed with an exception. */
  readonly failed: (error: unknown) => void;
}

/** Opens a port. @throws StartError if another program has it or it cannot be opened */
export async function openPort(settings: PortSettings): Promise<Port> {
  const { number, variable, refusal, upgrades = false, now, failed } = settings;
  let start: (service: Service) => void;
  let service: Service | undefined;
  const started = new Promise<Service>((resolve) => {
    start = resolve;
  });
  const server = createServer(async (request, response) => {
    // AWS's clients correct their own clock by this header when a signature's time was refused.
    if (now) response.setHeader("date", new Date(now()).toUTCString());
    try {
      const message = refusal(request);
      if (message !== undefined) return sendJson(response, 403, { message });
      await (service ?? (await started)).request(request, response);
    } catch (error) {
      if (error instanceof ConnectionCut) return void response.destroy();
      // A client that went away is no failure.
      if (codeOf(error) !== "ECONNRESET") failed(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  if (upgrades)
    server.on("upgrade", async (request, socket, head) => {
      try {
        const message = refusal(request);
        if (message !== undefined) return refuseHandshake(socket, 403, JSON.stringify({ message }));
        await (await started).upgrade?.(request, socket, head);
      } catch (error) {
        failed(error);
        socket.destroy();
      }
    });
  server.keepAliveTimeout = KEEP_ALIVE;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(portError(number, variable, error)));
    server.listen(number, HOST, resolve);
  });
  const address = server.address();
  return {
    number: typeof address === "object" && address ? address.port : number,
    serve(answering) {
      service = answering;
      start(answering);
    },
    stop: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function portError(number: number, variable: string, error: unknown): StartError {
  const remedy = `set ${variable} to another port`;
  if (codeOf(error) === "EADDRINUSE")
    return new StartError(`Port ${number} is in use by another program: stop that one, or ${remedy}.`);
  return new StartError(`Port ${number} cannot be opened (${messageOf(error)}): ${remedy}.`);
}
