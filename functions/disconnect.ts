import * as z from "zod/mini";
import { commonVariables, nonEmpty, readVariables } from "../domain/runtime/variables";
import type { ProxyResponse } from "./shared/types";

export const variables = z.object({ ...commonVariables, DYNAMODB_CONNECTIONS_TABLE: nonEmpty });
readVariables(variables);

export async function handler(_event: unknown): Promise<ProxyResponse> {
  return { statusCode: 200 };
}
