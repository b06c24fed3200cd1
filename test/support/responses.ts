/** Reads responses of the API. */
import { expect } from "@jest/globals";
import * as z from "zod/mini";

const problem = z.object({
  status: z.number(),
  title: z.string(),
  detail: z.string(),
  code: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ field: z.string(), received: z.string(), allowed: z.string() }))),
  request_id: z.optional(z.string()),
});

/** Returns the problem document of a response, which must hold one. */
export async function problemIn(response: Response): Promise<z.output<typeof problem>> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return problem.parse(await response.json());
}

/** Returns the items of a response, which must hold a list. */
export async function itemsIn(response: Response): Promise<Record<string, unknown>[]> {
  expect(response.status).toBe(200);
  return z.object({ items: z.array(z.record(z.string(), z.unknown())) }).parse(await response.json()).items;
}
