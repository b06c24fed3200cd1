import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { openPort, type Port, type Service } from "../../local/ports/port";

/** Serves on a free port until the end of the test that stops it. */
export async function serving(service: Service): Promise<Port> {
  const port = await openPort({
    number: 0,
    variable: "TERRACE_TEST_PORT",
    refusal: () => undefined,
    upgrades: service.upgrade !== undefined,
    failed: (error) => {
      throw error;
    },
  });
  port.serve(service);
  return port;
}

/** The response of a server. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  /** As it is sent: nothing is normalized. */
  readonly path?: string;
  /** Names and values in turn, as they are sent. The first may be another host than the port's. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** Sends one request. */
export function ask({ number }: Pick<Port, "number">, asking: Asking = {}): Promise<Answered> {
  const { method = "GET", path = "/", headers = [], body } = asking;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? [] : ["content-length", String(Buffer.byteLength(body))];
    const host = headers[0] === "host" ? [] : ["host", `localhost:${number}`];
    const options = { host: "127.0.0.1", port: number, method, path, agent: false };
    const outgoing = request({ ...options, headers: [...host, ...headers, ...length] }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** The request that a server receives, for tests of what is made from it. */
export async function received(asking: Asking, use: (request: IncomingMessage, body: Buffer) => void): Promise<void> {
  const port = await serving({
    async request(incoming: IncomingMessage, response: ServerResponse) {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      use(incoming, Buffer.concat(chunks));
      response.end();
    },
  });
  await ask(port, asking);
  await port.stop();
}
