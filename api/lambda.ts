import { readVariables } from "../domain/runtime/variables";
import type { ProxyResponse } from "../functions/shared/types";
import { variables } from "./variables";

readVariables(variables);

export async function handler(_event: unknown): Promise<ProxyResponse> {
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: '{"status":"healthy"}' };
}
