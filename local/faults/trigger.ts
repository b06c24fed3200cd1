import { createHash } from "node:crypto";
import type { Fault, Service } from "./scenario";

/** A call of a service, before it is done. */
export interface Call {
  readonly service: Service;
  readonly operation: string;
  /** The name of the function that calls, or `developer`; for the service `lambda` that of the function that is called. */
  readonly function: string;
  /** The trace id that the caller sent, by which an instance of a function is known. */
  readonly traceId?: string | undefined;
}

/** Decides to which calls a fault happens. The decision depends on the scenario and the calls before, and nothing else. */
export class Trigger {
  private matching = 0;

  /** @param source what the draws of this fault are made from, such as its seed */
  constructor(
    private readonly when: Fault["when"],
    private readonly source: string,
  ) {}

  /**
   * Counts a call if it matches, and returns its number if the fault happens to it.
   *
   * @param seconds the time since the start of the local cloud
   */
  happens(call: Call, seconds: number): number | undefined {
    const { service, operation = call.operation, function: name = call.function, nth, probability, window } = this.when;
    if (service !== call.service || operation !== call.operation || name !== call.function) return undefined;
    if (seconds < (window?.from ?? 0) || seconds >= (window?.to ?? Number.POSITIVE_INFINITY)) return undefined;
    const number = ++this.matching;
    const { from, to } = typeof nth === "object" ? nth : { from: nth ?? 1, to: nth ?? Number.POSITIVE_INFINITY };
    if (number < from || number > to) return undefined;
    return probability === undefined || draw(this.source, number) < probability ? number : undefined;
  }
}

/** Draws a number from 0 to below 1 that is always the same for the same source and call. */
function draw(source: string, number: number): number {
  return createHash("sha256").update(`${source}/${number}`).digest().readUInt32BE() / 2 ** 32;
}
