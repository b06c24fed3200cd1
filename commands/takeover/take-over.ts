import fs from "node:fs";
import path from "node:path";
import { ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Environment } from "../../environments/environment";
import { awsSettings } from "../aws/account";
import { CommandError } from "../errors/command-error";
import { apiGatewayFinders } from "./api-gateway";
import { idsIn, resourcesIn, Sought } from "./definition";
import type { Find } from "./finding";
import { keyFinders } from "./keys";
import { lambdaFinders } from "./lambda";
import { namedFinders } from "./named";

/** One of Terraform's import blocks. https://developer.hashicorp.com/terraform/language/block/import */
export interface Import {
  readonly to: string;
  readonly id: string;
}

/** The file beside a synthesized stack that imports what is taken over. */
const IMPORTS = "takeover.tf.json";

/** Calls at a time: rates of control planes are low. */
const AT_ONCE = 6;

/** Docker's resources are made on a machine and cannot be imported. They are made again, and that changes nothing. */
export const NEVER_THERE: ReadonlySet<string> = new Set(["docker_image", "docker_registry_image"]);

/** The finders of every type, and what ends their clients. */
export function findersOf(environment: Pick<Environment, "region">) {
  const settings = awsSettings(environment);
  const named = {
    alarms: new CloudWatchClient(settings),
    logs: new CloudWatchLogsClient(settings),
    tables: new DynamoDBClient(settings),
    images: new ECRClient(settings),
    roles: new IAMClient(settings),
    schedules: new SchedulerClient(settings),
    // A queue's address is AWS's own, whatever endpoint the variables name.
    queues: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
  };
  const others = {
    lambda: new LambdaClient(settings),
    gateway: new ApiGatewayV2Client(settings),
    kms: new KMSClient(settings),
  };
  const finders: Readonly<Record<string, Find>> = {
    ...namedFinders(named),
    ...lambdaFinders(others.lambda),
    ...apiGatewayFinders(others.gateway),
    ...keyFinders(others.kms),
  };
  return {
    finders,
    destroy: () => {
      for (const client of [...Object.values(named), ...Object.values(others)]) client.destroy();
    },
  };
}

/**
 * Looks for resources of a stack that exist although the state does not know them: what is left where a first apply
 * was killed before it wrote its state. Nothing is asked about what the state knows. What the state knows by an address
 * that left the definition was renamed there, and is no leftover: imported, it would be in the state twice, and the old
 * address would delete it.
 *
 * @param state - the text of the state, empty if there is none.
 * @throws CommandError if something that has no name of its own is there more than once.
 */
export async function findLeftovers(
  environment: Environment,
  definition: unknown,
  state: string,
  finders: Readonly<Record<string, Find>>,
): Promise<readonly Import[]> {
  const all = resourcesIn(definition);
  const ids = new Map(idsIn(state));
  const renamed = new Set([...ids].filter(([address]) => !all.has(address)).map(([address, id]) => thing(address, id)));
  const imports: Import[] = [];
  let missing = [...all.keys()].filter((address) => !ids.has(address) && !NEVER_THERE.has(typeOf(address)));
  // A resource that belongs to another is looked for once the other is found: each round finds one level.
  for (let before = Number.POSITIVE_INFINITY; missing.length < before; ) {
    before = missing.length;
    for (let next = 0; next < missing.length; next += AT_ONCE) {
      const some = missing.slice(next, next + AT_ONCE);
      await Promise.all(some.map(look));
    }
    missing = missing.filter((address) => !ids.has(address));
  }
  return imports.sort((one, other) => one.to.localeCompare(other.to));

  async function look(address: string): Promise<void> {
    const sought = new Sought(address, all.get(address) ?? {}, all, ids);
    const found = await finderOf(address, finders)(sought, environment);
    if (!found) return;
    ids.set(address, found.id);
    if (renamed.has(thing(address, found.id))) return;
    imports.push({ to: address, id: found.importId });
  }
}

/** Lets the next plan of a stack import these resources, or none. */
export function writeImports(folder: string, imports: readonly Import[]): void {
  const file = path.join(folder, IMPORTS);
  if (imports.length === 0) fs.rmSync(file, { force: true });
  else fs.writeFileSync(file, JSON.stringify({ import: imports }, null, 2));
}

const thing = (address: string, id: string) => `${typeOf(address)} ${id}`;

const typeOf = (address: string) => address.slice(0, address.indexOf("."));

function finderOf(address: string, finders: Readonly<Record<string, Find>>): Find {
  const find = finders[typeOf(address)];
  if (find) return find;
  throw new CommandError({
    subject: "resource type",
    value: typeOf(address),
    mistake: `cannot be looked for, and the state does not know ${address}`,
    remedy: "add it to commands/takeover/, so that what a killed deployment left is found",
  });
}

/** Asks AWS what is left of a stack that its state does not know; see `findLeftovers`. */
export type AskForLeftovers = (
  environment: Environment,
  definition: unknown,
  state: string,
) => Promise<readonly Import[]>;

/** Asks the environment's account. */
export const askForLeftovers: AskForLeftovers = async (environment, definition, state) => {
  const { finders, destroy } = findersOf(environment);
  try {
    return await findLeftovers(environment, definition, state, finders);
  } finally {
    destroy();
  }
};
