/** Reads what the API answered. */
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

/** The problem document of an answer that must be one. */
export async function problemIn(response: Response): Promise<z.output<typeof problem>> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return problem.parse(await response.json());
}

/** The items of an answer that must be a list. */
export async function itemsIn(response: Response): Promise<Record<string, unknown>[]> {
  expect(response.status).toBe(200);
  return z.object({ items: z.array(z.record(z.string(), z.unknown())) }).parse(await response.json()).items;
}
