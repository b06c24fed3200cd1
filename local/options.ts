import type { FaultScenario } from "./faults/scenario";
import type { OnAuthorization } from "./iam/policy";
import type { Terminal } from "./lambda/log-groups";
import type { Clock } from "./shared/clock";
import type { Ports } from "./shared/ports";

export interface LocalCloudOptions {
  /** The path of the synthesized stack, a `cdk.tf.json`. */
  readonly definition: string;
  /** The folder that `node build.mjs` writes. */
  readonly dist: string;
  /** The folder of tables, keys and logs. */
  readonly data: string;
  /** @default DEFAULT_PORTS; 0 takes a free port */
  readonly ports?: Partial<Ports>;
  /** Host names, beside the local ones, at which the ports answer and whose pages may call them. @default none */
  readonly openTo?: readonly string[];
  /** False lets requests go beyond the throttles of the stages. @default true */
  readonly throttling?: boolean;
  /** True makes a write to a table wait until the disk has it, so that it survives a power cut. @default false */
  readonly sync?: boolean;
  /** True refuses a definition of which something has no effect here that could be noticed. @default false */
  readonly strict?: boolean;
  /** True loads every function at the start, so that no first call waits for it; false with its first call. @default false */
  readonly prepare?: boolean;
  readonly clock?: Clock;
  /** The faults that happen, or the path of the file that says so; see docs/faults.md. @default - none */
  readonly faults?: FaultScenario | string | undefined;
  /** Hears of every decision whether a function may do something or be invoked, at the moment it is made. */
  readonly onAuthorization?: OnAuthorization;
  /** The stream that shows logs. @default - they are not shown */
  readonly output?: Terminal;
}
