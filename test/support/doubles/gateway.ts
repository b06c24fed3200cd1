import type { ServerResponse } from "node:http";
import { type Listening, serve } from "./servers/http-server";

/** Answers one send in the way that a gateway may. */
export type Behaviour = (response: ServerResponse) => void;

const answer =
  (status: number, body = "", errorType?: string): Behaviour =>
  (response) => {
    response.writeHead(status, { ...(errorType && { "x-amzn-errortype": errorType }) }).end(body);
  };

/** The answers that `@connections` is known to give, and everything that a network can do. */
export const behaviours = {
  delivers: answer(200),
  "is gone": answer(410, '{"message":"Gone"}', "GoneException"),
  "is gone, without a body": answer(410),
  "does not know such an id": answer(400, '{"message":"Invalid connectionId: x"}', "BadRequestException"),
  "does not know such an id, without a body": answer(400),
  forbids: answer(403, '{"message":"Forbidden"}', "ForbiddenException"),
  "forbids, without a body": answer(403),
  "is told that the message is too large": answer(413, '{"message":"Payload too large"}', "PayloadTooLargeException"),
  "is throttled": answer(429, '{"message":"Limit exceeded"}', "LimitExceededException"),
  "is throttled, without a body": answer(429),
  "is throttled by the account's limit": answer(429, '{"message":"Too Many Requests"}'),
  "redirects to another place": (response) => {
    response.writeHead(307, { location: "/elsewhere" }).end();
  },
  "fails with 500": answer(500, '{"message":"Internal server error"}', "InternalServerError"),
  "fails with 502": answer(502, "<html>Bad Gateway</html>"),
  "fails with 503": answer(503),
  "fails with 504": answer(504, '{"message":"Endpoint request timed out"}'),
  "never answers": () => undefined,
  "stalls in the middle of its answer": (response) => {
    response.writeHead(200, { "content-length": "100" }).write("{");
  },
  "cuts the connection": (response) => {
    response.destroy();
  },
  "cuts the connection in the middle of its answer": (response) => {
    response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy());
  },
  "answers what is no HTTP": (response) => {
    response.socket?.end("HTTP/9.9 nonsense\r\n\r\n");
  },
} satisfies Record<string, Behaviour>;

export interface Gateway extends Listening {
  /** The messages that came, in their order. */
  readonly received: readonly {
    readonly connectionId: string;
    readonly text: string;
    readonly authorization: string;
  }[];
  /** The most sends that were ever under way at once. */
  readonly most: number;
  /** The sends that are under way now. */
  readonly underWay: number;
}

/** Serves the `@connections` of a WebSocket API's stage `development`. The function says how each connection is treated. */
export async function startGateway(
  behaviourOf: (connectionId: string, attempt: number) => Behaviour,
): Promise<Gateway> {
  const received: Gateway["received"][number][] = [];
  const attempts = new Map<string, number>();
  let underWay = 0;
  let most = 0;
  const { url, stop } = await serve(({ method, path, headers, body }, response) => {
    most = Math.max(most, ++underWay);
    response.on("close", () => {
      underWay -= 1;
    });
    const [, encoded] = /^\/development\/@connections\/([^/?]+)$/.exec(path) ?? [];
    if (method !== "POST" || encoded === undefined) return answer(404)(response);
    const connectionId = decodeURIComponent(encoded);
    const attempt = (attempts.get(connectionId) ?? 0) + 1;
    attempts.set(connectionId, attempt);
    received.push({ connectionId, text: body.toString(), authorization: String(headers.authorization) });
    behaviourOf(connectionId, attempt)(response);
  });
  return {
    url: `${url}/development`,
    stop,
    received,
    get most() {
      return most;
    },
    get underWay() {
      return underWay;
    },
  };
}
