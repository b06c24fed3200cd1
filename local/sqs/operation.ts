import type { Clock } from "../shared/clock";
import type { JsonObject } from "../shared/json";
import type { Queues } from "./queues";

/** What an operation works with. */
interface OperationContext {
  readonly queues: Queues;
  readonly clock: Clock;
  /** The id of the identity that calls. */
  readonly caller: string;
}

export interface Operation {
  /** The action of the permission that it needs. A batch needs that of one. */
  readonly action: string;
  readonly answer: (input: JsonObject, context: OperationContext) => Promise<JsonObject>;
}

/** Returns the attributes that a client names, or all of them. */
export function picked(all: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  if (names.includes("All")) return { ...all };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
