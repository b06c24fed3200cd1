/**
 * The contract between code and infrastructure, as a type.
 *
 * An entry file exports the zod schema of the variables it reads. Whoever deploys it has to provide exactly those: a
 * missing or a superfluous variable does not compile, and the error names it.
 */
import type { $ZodType, input } from "zod/v4/core";
import type { Access } from "./access";

/** A built bundle by its name in `dist/`, and in its type the variables that its entry file reads. */
export interface Handler<Variables> {
  readonly bundle: string;
  /** Never set; it is how the type travels. */
  readonly variables?: Variables;
}

/** Names the bundle of an entry file: `handler<typeof import("../functions/connect")>("connect")`. */
export function handler<Entry extends { readonly variables: $ZodType }>(
  bundle: string,
): Handler<input<Entry["variables"]>> {
  return { bundle };
}

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
