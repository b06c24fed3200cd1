// Reads the addresses of a platform: what its synthesized stack says, and what was only known once it was deployed.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The outputs of a stack that the behaviours need. */
const OUTPUTS = ["FunctionUrlEndpoint", "WebSocketURL", "BroadcastApiUrl"];

/** Returns the path of the synthesized stack of an environment. @param {string} environment */
export const stackFile = (environment) => path.join(root, "cdktf.out/stacks", environment, "cdk.tf.json");

/**
 * Reads what a synthesized stack says about its environment.
 *
 * @param {string} environment
 */
export function readStack(environment) {
  const { resource, provider } = JSON.parse(fs.readFileSync(stackFile(environment), "utf8"));
  /** @type {[string, { name: string, deletion_protection_enabled: boolean }][]} */
  const tables = Object.entries(resource.aws_dynamodb_table);
  /** @type {{ function_name: string, environment: { variables: Record<string, string> } }[]} */
  const functions = Object.values(resource.aws_lambda_function);
  const bundleOf = (/** @type {string} */ name) =>
    name.slice(name.indexOf(`-${environment}-`) + environment.length + 2);
  /** @type {{ cors: { allow_origins: string[] } }[]} */
  const urls = Object.values(resource.aws_lambda_function_url);
  return {
    environment,
    region: String(provider.aws[0].region),
    origin: urls[0]?.cors.allow_origins[0] ?? "",
    functions: Object.fromEntries(functions.map(({ function_name: name }) => [bundleOf(name), name])),
    tables: Object.fromEntries(tables.map(([id, { name }]) => [id, name])),
    deliveryThreshold: Number(
      functions
        .map(({ environment: { variables } }) => variables.DELIVERY_THRESHOLD)
        .find((value) => value !== undefined),
    ),
    isProtected: tables.some(([, table]) => table.deletion_protection_enabled),
  };
}

/**
 * Finds the addresses in a stack's outputs, as `terraform output -json` or `cdktf output --outputs-file` writes them.
 *
 * @param {unknown} json
 * @param {string} environment
 * @throws {Error} with the names of the outputs that are not there
 */
export function addressesIn(json, environment) {
  const outputs = fieldsOf(fieldsOf(json)[environment] ?? json);
  const found = OUTPUTS.map((name) => {
    const output = outputs[name];
    return typeof output === "string" ? output : fieldsOf(output).value;
  });
  const missing = OUTPUTS.filter((_, index) => typeof found[index] !== "string" || found[index] === "");
  if (missing.length > 0) throw new Error(`The outputs of ${environment} lack ${missing.join(", ")}.`);
  const [apiUrl = "", websocketUrl = "", broadcastUrl = ""] = found.map(String);
  return { apiUrl: apiUrl.replace(/\/$/, ""), websocketUrl, broadcastUrl };
}

/** @param {unknown} json @returns {Record<string, unknown>} */
const fieldsOf = (json) => (typeof json === "object" && json !== null ? { ...json } : {});
