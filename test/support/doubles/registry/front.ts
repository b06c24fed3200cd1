/** A server that stands before a registry: it lets requests through as the tests say, and remembers them. */
import http from "node:http";
import { listen } from "../servers/http-server";

interface Exchange {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * What happens to a request instead of being let through as it is: an answer, another path, or a connection that breaks
 * after some bytes of its body; -1 breaks it before anything is let through.
 */
type Decision = Reply | { readonly path: string } | { readonly cutAfter: number } | undefined;
export type Manners = (exchange: Exchange) => Decision | Promise<Decision>;

export interface Front {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  /** How many bytes of bodies it took so far. */
  taken(): number;
  stop(): Promise<void>;
}

/** Starts a server that lets requests through to a registry unless the manners say otherwise. */
export async function startFront(registry: string, manners: Manners): Promise<Front> {
  const exchanges: Exchange[] = [];
  let taken = 0;
  const server = http.createServer(async (request, response) => {
    const exchange = { method: request.method ?? "", path: request.url ?? "", headers: request.headers };
    exchanges.push(exchange);
    const decision = await manners(exchange);
    if (decision && "status" in decision) {
      request.resume();
      response.writeHead(decision.status, decision.headers).end(decision.body);
      return;
    }
    const cutAfter = decision && "cutAfter" in decision ? decision.cutAfter : Number.POSITIVE_INFINITY;
    if (cutAfter < 0) {
      request.destroy();
      return;
    }
    const path = decision && "path" in decision ? decision.path : exchange.path;
    const onward = http.request(new URL(path, registry), { method: exchange.method, headers: exchange.headers });
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      taken += chunk.length;
      if (bytes > cutAfter) request.destroy();
    });
    request.pipe(onward);
    request.on("close", () => {
      if (!request.complete) onward.destroy();
    });
    onward.on("error", () => response.destroy());
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
  });
  return { ...(await listen(server)), exchanges, taken: () => taken };
}
