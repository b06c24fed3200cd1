import { readVariables } from "../domain/runtime/variables";
import { variables } from "./variables";

readVariables(variables);

export async function handler(_event: unknown) {
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: '{"status":"healthy"}' };
}
