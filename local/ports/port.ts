import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { codeOf, messageOf, StartError } from "../shared/errors";

/** Only this machine can connect. */
const HOST = "127.0.0.1";
/** How long, in milliseconds, an idle connection is kept: longer than clients keep theirs, so that none is cut off. */
const KEEP_ALIVE = 65_000;
/** How long, in milliseconds, requests that are under way have to finish when the local cloud stops. */
const FINISH_WITHIN = 1_000;

/** Answers what comes to a port. */
export interface Service {
  request(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
  /** Answers a WebSocket handshake; without it, handshakes are requests like any other. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
}

/** A port that listens. */
export interface Port {
  readonly number: number;
  /** Starts to answer. What came before waits. */
  serve(service: Service): void;
  stop(): Promise<void>;
}

export interface PortSettings {
  /** 0 takes a free one. */
  readonly number: number;
  /** The environment variable that changes it. */
  readonly variable: string;
  /** Whether WebSocket handshakes are expected. */
  readonly upgrades?: boolean;
  readonly failed: (error: unknown) => void;
}

/** Opens a port. Throws a StartError if another program has it. */
export async function openPort({ number, variable, upgrades = false, failed }: PortSettings): Promise<Port> {
  let start: (service: Service) => void;
  let service: Service | undefined;
  const started = new Promise<Service>((resolve) => {
    start = resolve;
  });
  const server = createServer(async (request, response) => {
    try {
      await (service ?? (await started)).request(request, response);
    } catch (error) {
      // A client that went away is no failure.
      if (codeOf(error) !== "ECONNRESET") failed(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  if (upgrades)
    server.on("upgrade", async (request, socket, head) => {
      try {
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
