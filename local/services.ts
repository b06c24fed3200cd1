import path from "node:path";
import { finishReplacement } from "./data/folders";
import { type Definition, readDefinition } from "./definition/definition";
import type { FunctionDefinition } from "./definition/model";
import { requireNoDifferences } from "./definition/strict";
import { throttled } from "./definition/throttling";
import { FunctionUrl } from "./http/function-url";
import { sendJson } from "./http/messages";
import { type AccessKey, DEVELOPER, loadAccessKeys } from "./iam/access-keys";
import { authenticateBySignature } from "./iam/authentication";
import { SignatureVerifier } from "./iam/signature";
import { IdentityApi, TOKENS_PATH } from "./identity/api";
import { KmsApi } from "./kms/kms-api";
import { firebaseProject } from "./lambda/environment";
import { Lambdas } from "./lambda/lambdas";
import { LogGroups } from "./lambda/log-groups";
import type { LocalCloudOptions } from "./options";
import { hostRules } from "./ports/host-rules";
import { openPort, type Port } from "./ports/port";
import { readDefinitionFile, requireWritable } from "./requirements";
import { systemClock } from "./shared/clock";
import { messageOf } from "./shared/errors";
import { DEFAULT_PORTS, type Ports } from "./shared/ports";

/** What runs, and where it answers. */
export interface Services {
  readonly definition: Definition;
  /** The address of the Function URL. */
  readonly apiUrl: string;
  /** The address of the gateways' port, which answers `/health` and shows the page of the platform. */
  readonly gatewayUrl: string;
  readonly dynamodbUrl: string;
  /** The address of the WebSocket API, if the definition has one. */
  readonly websocketUrl: string | undefined;
  /** The address of the first route of the HTTP API, if there is one. */
  readonly broadcastUrl: string | undefined;
  /** The address that issues ID tokens, if a function has users. */
  readonly tokensUrl: string | undefined;
  /** The developer's key, which may do everything. */
  readonly credentials: Pick<AccessKey, "accessKeyId" | "secretAccessKey">;
  /** Runs the new code of these bundles, such as `websocket-connect` or `api`. Everything else goes on undisturbed. */
  reload(bundles: readonly string[]): void;
}

/**
 * The services in the order in which they stop: faults, so that no call hangs, then callers before whom they call. The
 * records are last but one, since calls from the background that were under way end with the functions.
 */
export const STOP_ORDER = [
  "faults",
  "gateways",
  "apiPort",
  "gatewayPort",
  "background",
  "lambdas",
  "dynamodbPort",
  "database",
  "records",
  "logs",
] as const;

/** The services that were started so far. */
export type Started = { [Name in (typeof STOP_ORDER)[number]]?: { stop(): Promise<void> | void } };

/** Lists the functions that callers meet first, in the order in which they do. No connection begins with its end. */
function calledFirst({ functionUrl, webSocketApi }: Definition): FunctionDefinition[] {
  const routes = (webSocketApi?.routes ?? []).filter(({ key }) => key !== "$disconnect");
  return [...(functionUrl ? [functionUrl] : []), ...routes].map((caller) => caller.function);
}

/** Starts the services one after the other, and adds each to those that were started. */
export async function startServices(options: LocalCloudOptions, started: Started): Promise<Services> {
  const { definition: file, dist, data, clock: given = systemClock, output = { write: () => undefined } } = options;
  const json = readDefinitionFile(file);
  const definition = throttled(readDefinition(json, file, options.onAuthorization), options.throttling ?? true);
  if (options.strict) requireNoDifferences(json, file);
  const { place, functions, functionUrl, tables, signingKeys } = definition;
  requireWritable(data);
  finishReplacement(data);
  const keys = loadAccessKeys(path.join(data, "credentials.json"), functions, place);
  const everyKey = [...keys.values()];
  const developer = keys.get(DEVELOPER);
  if (!developer) throw new Error("There is no key of the developer.");
  const logs = new LogGroups(path.join(data, "logs"), output, given);
  started.logs = logs;
  const hint = (text: string) => logs.show("terrace", text);
  // Nothing of faults is loaded without a scenario.
  const faults =
    options.faults === undefined
      ? undefined
      : (await import("./start-faults")).startFaults({
          source: options.faults,
          folder: data,
          clock: given,
          crash: ({ function: name, traceId }) => lambdas.crash(name, traceId),
          ...{ functions, hint },
        });
  if (faults) started.faults = faults;
  const clock = faults?.clock ?? given;
  const authenticate = (service: string) =>
    authenticateBySignature(new SignatureVerifier(everyKey, place.region, service, clock), hint);
  const kms = new KmsApi({ folder: data, keyArns: signingKeys, authenticate: authenticate("kms"), faults });
  const projectId = functions.map(firebaseProject).find((id) => id !== undefined);
  const identity = projectId === undefined ? undefined : new IdentityApi({ folder: data, projectId, clock });

  const rules = hostRules(options.openTo ?? []);
  const open = (name: keyof Ports): Promise<Port> =>
    openPort({
      number: options.ports?.[name] ?? DEFAULT_PORTS[name],
      variable: `TERRACE_${name.toUpperCase()}_PORT`,
      refusal: rules[name],
      upgrades: name === "gateway",
      now: faults && (() => clock.now()),
      failed: (error) => hint(`A request failed: ${messageOf(error)}`),
    });
  const dynamodbPort = await open("dynamodb");
  started.dynamodbPort = dynamodbPort;
  const gatewayPort = await open("gateway");
  started.gatewayPort = gatewayPort;
  const apiPort = await open("api");
  started.apiPort = apiPort;
  const ports = { api: apiPort.number, gateway: gatewayPort.number, dynamodb: dynamodbPort.number };

  // Everything else starts while the first functions load. Requests that come too early wait.
  const lambdas = new Lambdas({ definition, dist, keys, ports, logs, clock, faults });
  started.lambdas = lambdas;
  if (options.prepare) void lambdas.prepare(calledFirst(definition));
  if (functionUrl) {
    const invoke = (event: string) => lambdas.invoke(functionUrl.function, event);
    const url = new FunctionUrl({ definition: functionUrl, invoke, clock, hint });
    apiPort.serve({ request: (request, response) => url.handle(request, response) });
  } else apiPort.serve({ request: (_, response) => sendJson(response, 404, { message: "Not Found" }) });
  // These modules are loaded now and not before, so that loading them does not hold up the functions.
  const { startGateways } = await import("./ports/gateway-port");
  const gateways = startGateways({
    definition,
    keys: everyKey,
    port: gatewayPort,
    page: { folder: path.join(dist, "page"), api: `http://localhost:${ports.api}` },
    ...{ lambdas, identity, clock, faults, logs, hint },
  });
  started.gateways = gateways;
  const { DynamoDb } = await import("./dynamodb/dynamodb");
  const database = await DynamoDb.start({
    program: path.join(dist, "local/database.cjs"),
    folder: path.join(data, "dynamodb"),
    authenticate: authenticate("dynamodb"),
    sync: options.sync ?? false,
    ...{ place, tables, clock, hint, faults },
  });
  started.database = database;
  faults?.begin();
  const { openRecords } = await import("./records/records");
  const records = await openRecords({
    folder: path.join(data, "background"),
    sync: options.sync ?? false,
    ...{ clock, hint },
  });
  const { Queues } = await import("./sqs/queues");
  const queues = await Queues.load(definition.queues, records, clock);
  const { SqsApi } = await import("./sqs/sqs-api");
  const sqs = new SqsApi({ queues, authenticate: authenticate("sqs"), clock, hint, faults });
  const { startBackground } = await import("./start-background");
  const background = await startBackground({
    ...{ definition, records, queues, clock, hint },
    reader: database.streams,
    invoke: lambdas.invoke,
  });
  started.background = background;
  started.records = {
    async stop() {
      await background.settled();
      await records.close();
    },
  };
  const { LambdaApi } = await import("./ports/lambda-api");
  const lambdaApi = new LambdaApi({ functions, invoke: lambdas.invoke, authenticate: authenticate("lambda") });
  // The SDK is told one address for all of AWS.
  dynamodbPort.serve({
    request: (request, response) =>
      ([kms, sqs, lambdaApi].find((service) => service.serves(request)) ?? database).handle(request, response),
  });

  return {
    definition,
    apiUrl: `http://localhost:${ports.api}`,
    gatewayUrl: `http://localhost:${ports.gateway}`,
    dynamodbUrl: `http://localhost:${ports.dynamodb}`,
    websocketUrl: gateways.websocketUrl,
    broadcastUrl: gateways.broadcastUrl,
    tokensUrl: identity && `http://localhost:${ports.gateway}${TOKENS_PATH}`,
    credentials: { accessKeyId: developer.accessKeyId, secretAccessKey: developer.secretAccessKey },
    reload: (bundles) => lambdas.reload(bundles),
  };
}
