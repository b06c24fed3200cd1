import { createServer, type RequestListener, type Server } from "node:http";

export interface Listening {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server on a free port of this machine. Stopping it cuts whatever is still under way. */
export async function listen(server: Server): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An HTTP server whose listener gets each request with its whole body. */
export const serve = (
  answer: (
    request: { method: string; path: string; headers: Record<string, unknown>; body: Buffer },
    response: Parameters<RequestListener>[1],
  ) => void,
): Promise<Listening> =>
  listen(
    createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = "", url: path = "", headers } = request;
      answer({ method, path, headers, body: Buffer.concat(chunks) }, response);
    }),
  );
