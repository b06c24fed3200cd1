import type { Subscriber } from "../realtime/subscriptions";

export interface SweepOptions {
  /** The id of the message, for the log. */
  readonly id: string;
  /** The time is up when it aborts. */
  readonly signal: AbortSignal;
  /** The most connections to send to. @default - all */
  readonly most?: number;
  /**
   * Hands on connections that could not be reached yet. @default - nobody is left over: each is waited for, and counts
   * as failed in the end
   */
  leave?(left: readonly Subscriber[]): Promise<void>;
  /** Leaves the last ones over, too, when they take many times longer than usual. @default - they are waited for */
  readonly hurries?: boolean;
  /** Notes that everyone up to a place has been sent to or handed on. A failure is logged. */
  note?(place: string): Promise<void>;
}

export interface SweepResult {
  /** The number of connections that were sent to: delivered + gone + failed + left. */
  readonly attempted: number;
  readonly delivered: number;
  readonly gone: number;
  /** The number of connections that the gateway refused, or that could not be reached and were not handed on. */
  readonly failed: number;
  /** The number of connections that were handed on. */
  readonly left: number;
  /** The place up to which everyone has been sent to or handed on; undefined if that is nobody. */
  readonly reached: string | undefined;
  /** Why there may be more subscribers; undefined if all were sent to. */
  readonly stopped?: "most" | "time" | "forbidden" | { readonly error: unknown };
}
