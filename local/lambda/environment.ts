import path from "node:path";
import type { Definition } from "../definition/definition";
import type { FunctionDefinition } from "../definition/model";
import type { AccessKey } from "../iam/access-keys";
import type { Ports } from "../shared/ports";

/** The settings of an instance that show in its environment variables. */
export interface FunctionEnvironmentSettings {
  readonly key: AccessKey;
  /** The absolute path of the bundle. */
  readonly file: string;
  readonly ports: Ports;
  readonly logStream: string;
}

/**
 * Returns the environment variables of a function: those that Lambda sets, those of the definition, and the addresses
 * of the local services. Nothing of the developer's own environment is among them.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function functionEnvironment(
  definition: Definition,
  target: FunctionDefinition,
  { key, file, ports, logStream }: FunctionEnvironmentSettings,
): Record<string, string> {
  const { region } = definition.place;
  const variables = Object.entries(target.variables).map(([name, value]) => [
    name,
    localUrls(value, definition, ports),
  ]);
  return {
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_DEFAULT_REGION: region,
    // Every service gets an address here, so that a call to one that is not emulated never leaves the machine.
    AWS_ENDPOINT_URL: `http://localhost:${ports.dynamodb}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://localhost:${ports.dynamodb}`,
    AWS_EXECUTION_ENV: `AWS_Lambda_${target.runtime ?? "Image"}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: target.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: target.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_REGION: region,
    // The deployed functions run on a Node.js that is new enough for the SDK; this machine's need not be.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_SESSION_TOKEN: key.sessionToken ?? "",
    LAMBDA_TASK_ROOT: path.dirname(file),
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    _HANDLER: "index.handler",
    ...Object.fromEntries(variables),
  };
}

/** Returns the Firebase project whose users may call a function, or undefined if the function has no users. */
export const firebaseProject = ({ variables }: FunctionDefinition): string | undefined => variables.FIREBASE_PROJECT_ID;

/** Replaces the addresses that AWS would give the APIs, the Function URL and queues by those on this machine. */
export function localUrls(
  value: string,
  { httpApi, webSocketApi, functionUrl, place }: Definition,
  ports: Ports,
): string {
  // AWS's client sends to the address of a queue, and not to the one that it is told for SQS.
  let local = value.replaceAll(`https://sqs.${place.region}.${place.suffix}`, `http://localhost:${ports.dynamodb}`);
  for (const api of [httpApi, webSocketApi])
    if (api)
      for (const [scheme, localScheme] of [
        ["https", "http"],
        ["wss", "ws"],
      ])
        local = local.replaceAll(
          `${scheme}://${api.id}.execute-api.${place.region}.${place.suffix}`,
          `${localScheme}://localhost:${ports.gateway}`,
        );
  if (functionUrl)
    local = local.replaceAll(
      `https://${functionUrl.id}.lambda-url.${place.region}.on.aws`,
      `http://localhost:${ports.api}`,
    );
  return local;
}
