import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebSocketApiDefinition } from "../definition/model";
import type { Effects, Faults } from "../faults/faults";
import { percentDecoded, readBody, sendJson, splitTarget } from "../http/messages";
import type { Identity } from "../iam/access-keys";
import { type AuthenticationError, authenticationErrors, callOf } from "../iam/authentication";
import type { SignatureVerifier } from "../iam/signature";
import { gatewayId } from "../shared/identifiers";
import { type Connection, MAX_MESSAGE_BYTES } from "./connection";

export interface ConnectionsApiSettings {
  readonly definition: WebSocketApiDefinition;
  readonly connection: (id: string) => Connection | undefined;
  readonly verifier: SignatureVerifier;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
  /** Injects faults into calls. @default - none */
  readonly faults?: Faults | undefined;
}

/** An answer of the endpoint; without a message, an error has no body, as AWS's 410 has none. */
interface Answer {
  readonly status: number;
  readonly error?: string;
  readonly message?: string;
  readonly body?: object;
}

/** The operations by their methods. */
export const OPERATIONS: Readonly<Record<string, string>> = {
  POST: "PostToConnection",
  GET: "GetConnection",
  DELETE: "DeleteConnection",
};

/** API Gateway's errors, which differ from other services' where the signature is missing. */
const ERRORS = {
  ...authenticationErrors,
  missing: { type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" },
};
/** The close code and reason of a deleted connection, as recorded in https://github.com/boto/boto3/issues/3789 */
const DELETED = { status: 1000, reason: "Connection Closed Normally" };

/**
 * Serves the management endpoint of a WebSocket API, `/<stage>/@connections/<id>`, which sends to, describes and closes
 * connections; see
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export class ConnectionsApi {
  private readonly prefix: string;

  constructor(private readonly settings: ConnectionsApiSettings) {
    this.prefix = `/${settings.definition.stage.name}/@connections/`;
  }

  /** Returns whether a path is one of this endpoint. Some clients encode the `@`. */
  serves(path: string): boolean {
    return path.startsWith(this.prefix) || path.startsWith(this.prefix.replace("@", "%40"));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_MESSAGE_BYTES);
    // As on AWS, a message that is too large is refused before anyone looks at who sent it.
    if (!body) return sendError(response, 413, "PayloadTooLargeException", "Message is larger than 128 KB.");
    const caller = this.authorize(request, body);
    if ("type" in caller) return sendError(response, 403, caller.type, caller.message);
    const { path } = splitTarget(request.url ?? "/");
    const id = percentDecoded(path.slice(path.indexOf("connections/") + "connections/".length));
    if (id === undefined || !/^[A-Za-z0-9_-]{15}=$/.test(id))
      return sendError(response, 400, "BadRequestException", `Invalid connectionId: ${id ?? ""}`);
    const { method = "" } = request;
    const perform = () => this.perform(method, id, body);
    const { faults } = this.settings;
    const operation = OPERATIONS[method] ?? method;
    send(
      response,
      faults
        ? await faults.around({ service: "connections", operation, ...callOf(request, caller) }, perform, EFFECTS)
        : perform(),
    );
  }

  private perform(method: string, id: string, body: Buffer): Answer {
    const connection = this.settings.connection(id);
    if (!connection) return { status: 410, error: "GoneException" };
    if (method === "GET") return { status: 200, body: description(connection) };
    if (method === "DELETE") {
      connection.close(DELETED.status, DELETED.reason);
      return { status: 204 };
    }
    return connection.send(isUtf8(body) ? body.toString() : body, !isUtf8(body)) ? SENT : TOO_SLOW;
  }

  /** Returns the caller, or the error for one who may not do this, and tells the developer more than AWS does. */
  private authorize(request: IncomingMessage, body: Buffer): Identity | AuthenticationError {
    const { method = "", url: target = "", rawHeaders } = request;
    if (OPERATIONS[method] === undefined) return ERRORS.missing;
    const { definition, verifier, hint } = this.settings;
    const verdict = verifier.verify({ method, target, rawHeaders, body });
    if ("refusal" in verdict) {
      hint(`${method} @connections answers 403: ${verdict.refusal}`);
      return ERRORS[verdict.reason];
    }
    const { identity } = verdict.key;
    const resource = `${definition.executionArn}/${definition.stage.name}/${method}/@connections/{connectionId}`;
    if (!identity.policy || identity.policy.allows("execute-api:ManageConnections", resource)) return identity;
    const message = `User: ${identity.arn} is not authorized to perform: execute-api:ManageConnections on resource: ${resource}`;
    hint(`${method} @connections answers 403: ${message}`);
    return { type: "AccessDeniedException", message };
  }
}

const SENT: Answer = { status: 200 };
const TOO_SLOW: Answer = { status: 429, error: "LimitExceededException", message: "The client reads too slowly." };
/** The faults that only this endpoint can bring about. */
const EFFECTS: Effects<Answer> = {
  error: ({ name, status, message }) => ({ status, error: name, ...(message !== "" && { message }) }),
  lose: () => SENT,
};

function send(response: ServerResponse, { status, error, message, body }: Answer): void {
  if (message !== undefined) sendJson(response, status, { message }, headers(error));
  else if (body) sendJson(response, status, body, headers(error));
  else response.writeHead(status, headers(error)).end();
}

function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  sendJson(response, status, { message }, headers(type));
}

const headers = (errorType?: string) => [
  "x-amzn-requestid",
  gatewayId(),
  ...(errorType === undefined ? [] : ["x-amzn-errortype", errorType]),
];

/** Returns the body of a GET; see https://docs.aws.amazon.com/apigatewaymanagementapi/latest/developerguide/ */
function description({ info, lastActiveAt }: Connection) {
  return {
    connectedAt: new Date(info.connectedAt).toISOString(),
    identity: { sourceIp: info.sourceIp, userAgent: info.userAgent },
    lastActiveAt: new Date(lastActiveAt).toISOString(),
  };
}
