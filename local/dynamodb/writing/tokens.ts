import { createHash } from "node:crypto";
import type { Clock } from "../../shared/clock";
import type { Json } from "../../shared/json";
import { dynamoDbError } from "../errors";

/** The time that a token counts after its request was done, in milliseconds. */
const LIFE = 10 * 60 * 1000;

interface Done<T> {
  readonly request: string;
  readonly result: T;
  readonly until: number;
}

/**
 * The tokens of transactions that were done: who repeats one gets its answer again, and nothing is written twice. They
 * are forgotten when the process ends.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export class Tokens {
  private readonly done = new Map<string, Done<unknown>>();

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** The result of the same request before, if there was one. Throws a DynamoDbError if it was another request. */
  find<T>(token: string, request: Json): T | undefined {
    this.forget();
    const found = this.done.get(token);
    if (found && found.request !== digest(request))
      throw dynamoDbError(
        "IdempotentParameterMismatchException",
        "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
      );
    return found?.result as T | undefined;
  }

  remember(token: string, request: Json, result: unknown): void {
    this.done.set(token, { request: digest(request), result, until: this.clock.now() + LIFE });
  }

  private forget(): void {
    const now = this.clock.now();
    for (const [token, { until }] of this.done) {
      if (until > now) break;
      this.done.delete(token);
    }
  }
}

const digest = (request: Json) => createHash("sha256").update(canonical(request)).digest("base64");

/** A text that does not depend on the order in which members were given. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = value as { readonly [key: string]: Json };
  return `{${Object.keys(members)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(members[key] as Json)}`)
    .join()}}`;
}
