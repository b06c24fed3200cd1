import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebSocketApiDefinition } from "../definition/model";
import { readBody, sendJson, splitTarget } from "../http/messages";
import type { SignatureVerifier } from "../iam/signature";
import { gatewayId } from "../shared/identifiers";
import { type Connection, MAX_MESSAGE_BYTES } from "./connection";

export interface ConnectionsApiSettings {
  readonly definition: WebSocketApiDefinition;
  readonly connection: (id: string) => Connection | undefined;
  readonly verifier: SignatureVerifier;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/**
 * The management endpoint of a WebSocket API, `/<stage>/@connections/<id>`: sends to, describes and closes connections.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export class ConnectionsApi {
  private readonly prefix: string;

  constructor(private readonly settings: ConnectionsApiSettings) {
    this.prefix = `/${settings.definition.stage.name}/@connections/`;
  }

  /** Whether a path is one of this API's; clients write the `@` in either way. */
  serves(path: string): boolean {
    return path.startsWith(this.prefix) || path.startsWith(this.prefix.replace("@", "%40"));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_MESSAGE_BYTES);
    // As on AWS, what is too large is refused before anyone looks at who sent it.
    if (!body) return answer(response, 413, "PayloadTooLargeException", "Message is larger than 128 KB.");
    const refusal = this.authorize(request, body);
    if (refusal) {
      this.settings.hint(`${request.method} @connections answers 403: ${refusal.message}`);
      return answer(response, 403, refusal.type, refusal.message);
    }
    const { path } = splitTarget(request.url ?? "/");
    const id = decoded(path.slice(path.indexOf("connections/") + "connections/".length));
    if (id === undefined || !/^[A-Za-z0-9_-]{15}=$/.test(id))
      return answer(response, 400, "BadRequestException", `Invalid connectionId: ${id ?? ""}`);
    const connection = this.settings.connection(id);
    // The body of a 410 is empty.
    if (!connection) return void response.writeHead(410, headers("GoneException")).end();
    if (request.method === "POST") {
      if (!connection.send(isUtf8(body) ? body.toString() : body, !isUtf8(body)))
        return answer(response, 429, "LimitExceededException", "The client reads too slowly.");
      response.writeHead(200, headers()).end();
    } else if (request.method === "DELETE") {
      connection.close(1000, "Connection closed by the server");
      response.writeHead(204, headers()).end();
    } else sendJson(response, 200, description(connection), headers());
  }

  /** Why the caller may not do this, if so. */
  private authorize(request: IncomingMessage, body: Buffer) {
    const { method = "", url: target = "", rawHeaders } = request;
    if (!["POST", "GET", "DELETE"].includes(method))
      return { type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" };
    const { definition, verifier } = this.settings;
    const verdict = verifier.verify({ method, target, rawHeaders, body });
    if ("refusal" in verdict) {
      const type = request.headers.authorization ? "InvalidSignatureException" : "MissingAuthenticationTokenException";
      return { type, message: verdict.refusal };
    }
    const { identity } = verdict.key;
    const resource = `${definition.executionArn}/${definition.stage.name}/${method}/@connections/{connectionId}`;
    if (!identity.policy || identity.policy.allows("execute-api:ManageConnections", resource)) return undefined;
    const message = `User: ${identity.arn} is not authorized to perform: execute-api:ManageConnections on resource: ${resource}`;
    return { type: "AccessDeniedException", message };
  }
}

function answer(response: ServerResponse, status: number, type: string, message: string): void {
  sendJson(response, status, { message }, headers(type));
}

const headers = (errorType?: string) => [
  "x-amzn-requestid",
  gatewayId(),
  ...(errorType === undefined ? [] : ["x-amzn-errortype", errorType]),
];

/** What GET answers; see https://docs.aws.amazon.com/apigatewaymanagementapi/latest/developerguide/ */
function description({ facts, lastActiveAt }: Connection) {
  return {
    connectedAt: new Date(facts.connectedAt).toISOString(),
    identity: { sourceIp: facts.sourceIp, userAgent: facts.userAgent },
    lastActiveAt: new Date(lastActiveAt).toISOString(),
  };
}

/** Undoes percent-encoding; undefined if the text is malformed. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
