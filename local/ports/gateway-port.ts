import type { Definition } from "../definition/definition";
import type { StageDefinition } from "../definition/model";
import type { Faults } from "../faults/faults";
import { HttpApi } from "../http/http-api";
import { sendJson, splitTarget } from "../http/messages";
import type { AccessKey } from "../iam/access-keys";
import { SignatureVerifier } from "../iam/signature";
import type { IdentityApi } from "../identity/api";
import type { Lambdas } from "../lambda/lambdas";
import type { LogGroups } from "../lambda/log-groups";
import { Page } from "../page/page";
import type { Clock } from "../shared/clock";
import { ConnectionsApi } from "../websocket/connections-api";
import { WebSocketApi } from "../websocket/websocket-api";
import type { Port } from "./port";

export interface GatewaysSettings {
  readonly definition: Definition;
  readonly keys: readonly AccessKey[];
  readonly lambdas: Lambdas;
  readonly port: Port;
  /** The issuer of tokens, on the same port, if a function has users. */
  readonly identity: IdentityApi | undefined;
  /** What the page of this port is: the folder of its files, and the API that it calls. */
  readonly page: { readonly folder: string; readonly api: string };
  readonly clock: Clock;
  /** Injects faults into what is sent to connections. */
  readonly faults: Faults | undefined;
  readonly logs: LogGroups;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

export interface Gateways {
  /** The address of the WebSocket API. */
  readonly websocketUrl: string | undefined;
  /** The address of the first route of the HTTP API. */
  readonly broadcastUrl: string | undefined;
  /** Closes every socket and waits for the `$disconnect` functions. */
  stop(): Promise<void>;
}

/**
 * Starts the HTTP API, the WebSocket API, its management endpoint and the page that shows them on one port. On AWS the
 * host name tells them apart; here the path does.
 */
export function startGateways(settings: GatewaysSettings): Gateways {
  const { definition, keys, lambdas, port, identity, page: files, clock, faults, logs, hint } = settings;
  const { httpApi, webSocketApi, place, tables } = definition;
  const verifier = new SignatureVerifier(keys, place.region, "execute-api", clock);
  const { invoke } = lambdas;
  const logTo =
    ({ accessLog }: StageDefinition) =>
    (line: string) => {
      if (accessLog) logs.append(accessLog.logGroup, `${line}\n`);
    };
  const http =
    httpApi &&
    new HttpApi({
      definition: httpApi,
      accountId: place.account,
      log: logTo(httpApi.stage),
      ...{ invoke, verifier, clock, hint },
    });
  const webSocket =
    webSocketApi &&
    new WebSocketApi({ definition: webSocketApi, log: logTo(webSocketApi.stage), ...{ invoke, clock, hint } });
  const connections =
    webSocket &&
    new ConnectionsApi({
      definition: webSocketApi,
      connection: (id) => webSocket.connection(id),
      ...{ verifier, hint, faults },
    });
  const websocketUrl = webSocketApi && `ws://localhost:${port.number}/${webSocketApi.stage.name}`;
  const page = websocketUrl === undefined ? undefined : new Page({ ...files, websocket: websocketUrl });
  const health = () => ({
    status: "healthy",
    functions: lambdas.counts(),
    tables: tables.map(({ name }) => name),
    connections: webSocket?.size ?? 0,
  });

  port.serve({
    request(request, response) {
      const { path } = splitTarget(request.url ?? "/");
      if (path === "/health" && request.method === "GET") return sendJson(response, 200, health());
      if (page?.serves(request, path)) return page.handle(request, response);
      if (identity?.serves(path)) return identity.handle(request, response);
      if (connections?.serves(path)) return connections.handle(request, response);
      if (http) return http.handle(request, response);
      return sendJson(response, 404, { message: "Not Found" });
    },
    upgrade: async (request, socket, head) => {
      if (webSocket) await webSocket.connect(request, socket, head);
      else socket.destroy();
    },
  });
  const [route] = httpApi?.routes ?? [];
  return {
    websocketUrl,
    broadcastUrl: route && httpApi && `http://localhost:${port.number}/${httpApi.stage.name}${route.path}`,
    stop: async () => webSocket?.stop(),
  };
}
