import type { Environment } from "../../../environments/environment";
import type { StackJson } from "../synth";

/** Says what in a stack breaks a rule, a line for each; nothing when all is well. */
export type Invariant = (stack: StackJson, environment: Environment) => readonly string[];

/** Rules by the sentence that is true when they hold. */
export type Invariants = Readonly<Record<string, Invariant>>;
