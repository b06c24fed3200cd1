/**
 * The contract between code and infrastructure, as a type: whoever deploys an entry file has to provide exactly the
 * variables that the file reads. A missing or a superfluous one does not compile, and the error names it.
 */
import type { Access } from "./access";

type Provided<Use> = Use extends Access<infer Variable> ? Variable : never;
type Needed<Variables> = { [V in keyof Variables]-?: undefined extends Variables[V] ? never : V }[keyof Variables];
type Missing<Variables, Uses extends readonly Access[]> = Exclude<Needed<Variables>, Provided<Uses[number]>>;
type Superfluous<Variables, Uses extends readonly Access[]> = Exclude<Provided<Uses[number]>, keyof Variables>;

/** Accepts any `uses` that provide the variables of a handler, no fewer and no more. */
export type Provides<Variables, Uses extends readonly Access[]> = [Missing<Variables, Uses>] extends [never]
  ? [Superfluous<Variables, Uses>] extends [never]
    ? unknown
    : { readonly "the handler does not read": Superfluous<Variables, Uses> }
  : { readonly "the handler also reads": Missing<Variables, Uses> };
