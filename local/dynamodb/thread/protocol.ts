// The messages between the local cloud and the thread in which the database runs.
import type { TableDefinition } from "../../definition/model";
import type { Place } from "../../definition/terraform";
import type { JsonObject } from "../../shared/json";
import type { Inspection } from "../requests/inspect";
import type { Batch } from "../streams/reader";

/** The settings that the thread gets when it starts. */
export interface ThreadSettings {
  readonly folder: string;
  readonly place: Place;
  readonly tables: readonly TableDefinition[];
  readonly sync: boolean;
  /** The time at the start, in milliseconds since 1970. */
  readonly now: number;
}

/** What is asked of the database, each with its answer. */
export interface Questions {
  /** Reads a body and says what its caller must be allowed to do. The body is kept for `perform`. */
  inspect: { ask: { readonly operation: string; readonly body: Uint8Array }; answer: Inspection };
  /** Does an operation. Without a body, it is the one that was inspected under this number. */
  perform: {
    ask: { readonly target: string; readonly operation: string; readonly body: string | number };
    answer: Performed;
  };
  /** Forgets a body that was inspected. */
  drop: { ask: { readonly inspected: number }; answer: undefined };
  streamOf: { ask: { readonly table: string }; answer: string | undefined };
  position: { ask: { readonly start: "TRIM_HORIZON" | "LATEST" }; answer: number };
  read: {
    ask: {
      readonly arn: string;
      readonly after: number;
      readonly limit: number;
      readonly patterns: readonly JsonObject[];
    };
    answer: Batch;
  };
  shardOf: { ask: { readonly arn: string }; answer: string };
  watch: { ask: { readonly arn: string }; answer: undefined };
  close: { ask: Record<never, never>; answer: undefined };
}
export type Question = keyof Questions;

/** An operation's HTTP answer: its status and its JSON. */
export interface Performed {
  readonly status: number;
  readonly json: string;
}

/** A message to the thread, with the time at which it was sent, in milliseconds since 1970. */
export type ToThread =
  | { [Kind in Question]: { kind: Kind; id: number; now: number } & Questions[Kind]["ask"] }[Question]
  | { readonly kind: "tick"; readonly timer: number; readonly now: number };

/** The names of a service's operations. */
export interface ServiceNames {
  readonly target: string;
  readonly operations: readonly string[];
}

/**
 * A message of the thread. Its kinds are
 *
 * - `ready`: the data is open and the tables are made
 * - `refused`: the data cannot be opened, for a reason that the developer can put right
 * - `answer`, `failed`: the answer to a question, or the message of the error that it ended with
 * - `hint`: tells the developer something
 * - `every`, `end`: begins and ends a timer, which is the local cloud's
 * - `changed`: something was added to a stream that is watched
 */
export type FromThread =
  | { readonly kind: "ready"; readonly services: readonly ServiceNames[] }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Questions[Question]["answer"] }
  | { readonly kind: "failed"; readonly id: number; readonly message: string }
  | { readonly kind: "hint"; readonly text: string }
  | { readonly kind: "every"; readonly timer: number; readonly interval: number }
  | { readonly kind: "end"; readonly timer: number }
  | { readonly kind: "changed"; readonly arn: string };
