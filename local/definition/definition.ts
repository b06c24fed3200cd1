import { messageOf, StartError } from "../shared/errors";
import { readFunctions, readFunctionUrl } from "./functions";
import { readHttpApi, readWebSocketApi } from "./gateways";
import { readKmsKeys } from "./kms-keys";
import type { Definition } from "./model";
import { readTables } from "./tables";
import { Terraform } from "./terraform";

/**
 * Reads a synthesized stack, the very `cdk.tf.json` that would be deployed.
 *
 * Throws a StartError that names resource and attribute for everything the local cloud does not know; nothing is ignored
 * that could make the machine at hand behave differently from the cloud. `file` is named in the message.
 */
export function readDefinition(json: string, file: string): Definition {
  try {
    const terraform = new Terraform(json);
    const functions = readFunctions(terraform);
    return {
      place: terraform.place,
      counts: terraform.counts,
      functions,
      tables: readTables(terraform),
      kmsKeys: readKmsKeys(terraform),
      functionUrl: readFunctionUrl(terraform, functions),
      httpApi: readHttpApi(terraform, functions),
      webSocketApi: readWebSocketApi(terraform, functions),
    };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new StartError(`The local cloud cannot run ${file}:\n${messageOf(error)}`);
  }
}
