import type { InvocationResult } from "../lambda/invocation";
import { isObject, type Json, parseJson } from "../shared/json";

/** What a call did with a batch: with all of it, with none of it, or with all but those that are given by their ids. */
export type Outcome = "done" | "failed" | { readonly failures: ReadonlySet<string> };

/**
 * Reads what a function answered about a batch, as Lambda does.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html#services-ddb-batchfailurereporting-syntax
 *
 * @param ids the identifiers that it may name
 * @param reports whether the mapping asks for `ReportBatchItemFailures`; without, the answer does not matter
 */
export function outcomeOf({ ok, json }: InvocationResult, ids: ReadonlySet<string>, reports: boolean): Outcome {
  if (!ok) return "failed";
  if (!reports) return "done";
  const answer = parseJson(json);
  const items: Json = isObject(answer) ? (answer.batchItemFailures ?? []) : [];
  if (!Array.isArray(items)) return "failed";
  if (items.length === 0) return "done";
  const failures = new Set<string>();
  for (const item of items) {
    const id: unknown = isObject(item) ? item.itemIdentifier : undefined;
    // An identifier that is not of the batch makes the whole batch fail.
    if (typeof id !== "string" || !ids.has(id)) return "failed";
    failures.add(id);
  }
  return { failures };
}
