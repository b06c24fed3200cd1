import type { Clock } from "../shared/clock";
import { Throttle, type ThrottleLimits } from "./throttle";

/** The limits of a stage, and those of its routes that have their own, by the routes' keys. */
interface StageLimits {
  readonly limits: ThrottleLimits | undefined;
  readonly routeLimits: Readonly<Record<string, ThrottleLimits>>;
}

/**
 * The throttles of a stage. A route with settings of its own has a bucket of its own, and all others share the stage's:
 * AWS says of the stage's limits only that they apply to each route that has none, and sharing is the stricter reading.
 */
export class Throttles {
  private readonly shared: Throttle | undefined;
  private readonly own: ReadonlyMap<string, Throttle>;

  constructor({ limits, routeLimits }: StageLimits, clock: Pick<Clock, "now">) {
    this.shared = limits && new Throttle(limits, clock);
    this.own = new Map(Object.entries(routeLimits).map(([key, ofRoute]) => [key, new Throttle(ofRoute, clock)]));
  }

  /** Takes a token for a call of a route. Returns false if there is none left. */
  admits(routeKey: string): boolean {
    return (this.own.get(routeKey) ?? this.shared)?.admits() ?? true;
  }
}
