import fs from "node:fs";
import path from "node:path";
import { type Clock, systemClock } from "./clock";
import { DEVELOPER, type Key, readKeys } from "./credentials";
import { readDefinition } from "./definition/definition";
import type { Definition } from "./definition/model";
import type { DynamoDb } from "./dynamodb/dynamodb";
import { firebaseProject, type Ports } from "./function-environment";
import { FunctionUrl } from "./function-url";
import { sendJson } from "./http-messages";
import { IdentityApi } from "./identity-api";
import { TOKENS_PATH } from "./identity-paths";
import { Lambdas } from "./lambdas";
import { LogGroups, type Terminal } from "./log-groups";
import { openPort, type Port } from "./ports";
import { messageOf, Problem } from "./problem";

export const DEFAULT_PORTS: Ports = { api: 8000, gateway: 3001, dynamodb: 4566 };

export interface LocalCloudOptions {
  /** The synthesized stack: a `cdk.tf.json`. */
  readonly definition: string;
  /** The folder that `node build.mjs` writes. */
  readonly dist: string;
  /** Where tables, keys and logs are kept. */
  readonly data: string;
  /** @default DEFAULT_PORTS; 0 takes a free port */
  readonly ports?: Partial<Ports>;
  /** Whether the throttles of the stages apply. @default true */
  readonly throttling?: boolean;
  /** Whether a write to a table waits until the disk has it, so that it survives a power cut; false unless given. */
  readonly sync?: boolean;
  readonly clock?: Clock;
  /** Where logs are shown. @default nowhere */
  readonly output?: Terminal;
}

/** A running local cloud. */
export interface LocalCloud {
  readonly definition: Definition;
  /** Of the Function URL. */
  readonly apiUrl: string;
  /** Of the port of the gateways, which answers `/health`. */
  readonly gatewayUrl: string;
  readonly dynamodbUrl: string;
  /** Where WebSocket clients connect, if the definition has a WebSocket API. */
  readonly websocketUrl: string | undefined;
  /** Of the first route of the HTTP API, if there is one. */
  readonly broadcastUrl: string | undefined;
  /** Where ID tokens are issued, if a function has users. */
  readonly tokensUrl: string | undefined;
  /** The developer's key: it may do everything. */
  readonly credentials: Pick<Key, "accessKeyId" | "secretAccessKey">;
  /** Runs the new code of these bundles, such as `connect` or `api`; everything else goes on undisturbed. */
  reload(bundles: readonly string[]): void;
  /** Stops in the reverse order of starting. Sockets are closed with 1001; every write is on disk. */
  stop(): Promise<void>;
}

type Stop = () => Promise<void> | void;

/**
 * Starts everything in the definition that has a meaning on one machine. Several can run at once, on other ports and
 * data.
 *
 * Throws a Problem, a sentence for the developer, for a missing build, a definition that cannot be emulated, a port or
 * data folder in use and a damaged data folder; nothing is left running then.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const stops: Stop[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    return { ...(await start(options, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: LocalCloudOptions, stops: Stop[]): Promise<Omit<LocalCloud, "stop">> {
  const { definition: file, dist, data, clock = systemClock, output = { write: () => undefined } } = options;
  const definition = throttled(readDefinition(readFile(file), file), options.throttling ?? true);
  const { place, functions, functionUrl, httpApi, webSocketApi, tables, kmsKeys } = definition;
  const keys = readKeys(path.join(data, "credentials.json"), functions, place);
  const everyKey = [...keys.values()];
  const developer = keys.get(DEVELOPER);
  if (!developer) throw new Error("There is no key of the developer.");
  const logs = new LogGroups(path.join(data, "logs"), output, clock);
  stops.push(() => logs.close());
  const hint = (text: string) => logs.show("terrace", text);

  let dynamodb: DynamoDb | undefined;
  stops.push(() => dynamodb?.stop());
  const open = (name: keyof Ports): Promise<Port> =>
    openPort({
      number: options.ports?.[name] ?? DEFAULT_PORTS[name],
      variable: `TERRACE_${name.toUpperCase()}_PORT`,
      upgrades: name === "gateway",
      failed: (error) => hint(`A request failed: ${messageOf(error)}`),
    });
  const dynamodbPort = await open("dynamodb");
  stops.push(() => dynamodbPort.stop());
  // They stop once the ports that call them have answered what was under way, and before the one that they call.
  let lambdas: Lambdas | undefined;
  stops.push(() => lambdas?.stop());
  const gatewayPort = await open("gateway");
  stops.push(() => gatewayPort.stop());
  const apiPort = await open("api");
  stops.push(() => apiPort.stop());
  const ports = { api: apiPort.number, gateway: gatewayPort.number, dynamodb: dynamodbPort.number };

  // Everything else starts while the first functions load; requests that come too early wait.
  const running = new Lambdas({ definition, dist, keys, ports, logs, clock });
  lambdas = running;
  const routes = [...(webSocketApi?.routes ?? []), ...(httpApi?.routes ?? [])].map((route) => route.function);
  void running.prepare(functionUrl ? [functionUrl.function, ...routes] : routes);
  if (functionUrl) {
    const url = new FunctionUrl({
      definition: functionUrl,
      invoke: (event) => running.invoke(functionUrl.function, event),
      clock,
      hint,
    });
    apiPort.serve({ request: (request, response) => url.handle(request, response) });
  } else apiPort.serve({ request: (_, response) => sendJson(response, 404, { message: "Not Found" }) });
  // Loaded now and not before, for the same reason.
  const { startGateways } = await import("./gateways");
  const projectId = functions.map(firebaseProject).find((id) => id !== undefined);
  const gateways = startGateways({
    definition,
    keys: everyKey,
    lambdas: running,
    port: gatewayPort,
    identity: projectId === undefined ? undefined : new IdentityApi({ folder: data, projectId, clock }),
    clock,
    logs,
    hint,
  });
  stops.push(() => gateways.stop());
  const { DynamoDb } = await import("./dynamodb/dynamodb");
  const folder = path.join(data, "dynamodb");
  const database = await DynamoDb.start({
    folder,
    place,
    tables,
    keys: everyKey,
    clock,
    hint,
    sync: options.sync ?? false,
  });
  dynamodb = database;
  const { KmsApi } = await import("./kms-api");
  const kms = new KmsApi({ folder: data, keyArns: kmsKeys, keys: everyKey });
  // The SDK is told one address for all of AWS.
  dynamodbPort.serve({
    request: (request, response) => (kms.serves(request) ? kms : database).handle(request, response),
  });

  return {
    definition,
    apiUrl: `http://localhost:${ports.api}`,
    gatewayUrl: `http://localhost:${ports.gateway}`,
    dynamodbUrl: `http://localhost:${ports.dynamodb}`,
    websocketUrl: gateways.websocketUrl,
    broadcastUrl: gateways.broadcastUrl,
    tokensUrl: projectId === undefined ? undefined : `http://localhost:${ports.gateway}${TOKENS_PATH}`,
    credentials: { accessKeyId: developer.accessKeyId, secretAccessKey: developer.secretAccessKey },
    reload: (bundles) => running.reload(bundles),
  };
}

function readFile(file: string): string {
  if (!fs.existsSync(file)) throw new Problem(`${file} is missing: run \`node build.mjs --synth\`.`);
  return fs.readFileSync(file, "utf8");
}

/** The definition as it is, or with every stage free of limits. */
function throttled(definition: Definition, throttling: boolean): Definition {
  if (throttling) return definition;
  const { httpApi, webSocketApi } = definition;
  return {
    ...definition,
    httpApi: httpApi && { ...httpApi, stage: { ...httpApi.stage, limits: undefined } },
    webSocketApi: webSocketApi && { ...webSocketApi, stage: { ...webSocketApi.stage, limits: undefined } },
  };
}
