import * as z from "zod/mini";
import { commonVariables, nonEmpty, readVariables, urlOf } from "../domain/runtime/variables";
import type { LambdaContext, ProxyResponse } from "./shared/types";

export const variables = z.object({
  ...commonVariables,
  DYNAMODB_CONNECTIONS_TABLE: nonEmpty,
  WEBSOCKET_API_ENDPOINT: urlOf("https:", "http:"),
});
readVariables(variables);

export async function handler(_event: unknown, _context: LambdaContext): Promise<ProxyResponse> {
  return { statusCode: 200 };
}
