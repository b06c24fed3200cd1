import type { OnAuthorization } from "../iam/policy";
import { messageOf, StartError } from "../shared/errors";
import { readEventSources } from "./event-sources";
import { readFunctionUrl } from "./function-url";
import { readHttpApi } from "./http-api";
import { readFunctions } from "./lambda";
import type {
  EventSourceDefinition,
  FunctionDefinition,
  FunctionUrlDefinition,
  HttpApiDefinition,
  QueueDefinition,
  ScheduleDefinition,
  TableDefinition,
  WebSocketApiDefinition,
} from "./model";
import { readQueues } from "./queues";
import { readSchedules } from "./schedules";
import { readSigningKeys } from "./signing-key";
import { readTables } from "./tables";
import { type Place, Terraform } from "./terraform";
import { readWebSocketApi } from "./websocket-api";

/** Everything in the definition that has a meaning on one machine, which the local cloud starts. */
export interface Definition {
  readonly place: Place;
  readonly counts: { readonly emulated: number; readonly cloudOnly: number };
  readonly functions: readonly FunctionDefinition[];
  readonly tables: readonly TableDefinition[];
  /** The ARNs of the KMS keys that make MACs. */
  readonly signingKeys: readonly string[];
  readonly queues: readonly QueueDefinition[];
  readonly eventSources: readonly EventSourceDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly functionUrl: FunctionUrlDefinition | undefined;
  readonly httpApi: HttpApiDefinition | undefined;
  readonly webSocketApi: WebSocketApiDefinition | undefined;
}

/**
 * Reads a synthesized stack, the very `cdk.tf.json` that would be deployed. Nothing is ignored that could make this
 * machine behave differently from the cloud.
 *
 * @param file the path of the stack, for errors
 * @param onAuthorization hears of every decision of the policies and permissions in it
 * @throws StartError that names resource and attribute for everything the local cloud does not know
 */
export function readDefinition(
  json: string,
  file: string,
  onAuthorization: OnAuthorization = () => undefined,
): Definition {
  try {
    const terraform = new Terraform(json);
    const functions = readFunctions(terraform, onAuthorization);
    const queues = readQueues(terraform);
    const tables = readTables(terraform);
    return {
      place: terraform.place,
      counts: terraform.counts,
      functions,
      tables,
      signingKeys: readSigningKeys(terraform),
      queues,
      eventSources: readEventSources(terraform, functions, tables, queues),
      schedules: readSchedules(terraform, functions),
      functionUrl: readFunctionUrl(terraform, functions, onAuthorization),
      httpApi: readHttpApi(terraform, functions, onAuthorization),
      webSocketApi: readWebSocketApi(terraform, functions, onAuthorization),
    };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new StartError(`The local cloud cannot run ${file}:\n${messageOf(error)}`);
  }
}
