import type { JsonObject } from "../../shared/json";

/** The type of a parameter and its limits, as the API's own model states them. */
export type Description =
  | TextDescription
  | NumberDescription
  | { readonly type: "Boolean" }
  | { readonly type: "AttributeValue" }
  | ListDescription
  | MapDescription
  | StructureDescription;

interface TextDescription extends TextLimits {
  readonly type: "String";
  readonly values?: readonly string[];
  /** Makes a text that is too short or too long the only violation that is named, as AWS does. */
  readonly alone?: boolean;
}

export interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  /** A regular expression that the whole text has to match. */
  readonly pattern?: string;
}

interface NumberDescription extends Bounds {
  readonly type: "Integer" | "Long" | "Double";
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** Names the parameter as it is written, and without its value, as AWS's newer operations do. */
  readonly newer?: boolean;
}

interface ListDescription extends Bounds {
  readonly type: "List";
  readonly of: Description;
}

interface MapDescription extends Bounds {
  readonly type: "Map";
  readonly of: Description;
  /** The limits of a key. */
  readonly keys?: TextLimits;
  /** The number of elements that each value may have, for lists whose length is checked with the map. */
  readonly lengths?: { readonly min: number; readonly max: number };
  /** The Java class of a value, which errors name. */
  readonly java: string;
}

export interface StructureDescription {
  readonly type: "Structure";
  readonly members: Readonly<Record<string, Member>>;
  /** The Java class, which errors name. */
  readonly java: string;
}

interface Member {
  readonly shape: Description;
  readonly required: boolean;
}

declare const VALUE: unique symbol;
/** A description of values of the type T. */
export type Shape<T> = Description & { readonly [VALUE]?: T };
/** The type of the values that a shape describes. */
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

export const text = (limits: Omit<TextDescription, "type" | "values"> = {}): Shape<string> => ({
  type: "String",
  ...limits,
});
export const oneOf = <const Value extends string>(...values: readonly Value[]): Shape<Value> => ({
  type: "String",
  values,
});
export const integer = (bounds: Bounds = {}): Shape<number> => ({ type: "Integer", ...bounds });
export const long = (bounds: Bounds = {}): Shape<number> => ({ type: "Long", ...bounds });
export const flag: Shape<boolean> = { type: "Boolean" };
/** A value in DynamoDB's JSON, of the right types but otherwise unchecked: see `readValue`. */
export const attributeValue: Shape<JsonObject> = { type: "AttributeValue" };
export const list = <T>(of: Shape<T>, bounds: Bounds = {}): Shape<readonly T[]> => ({ type: "List", of, ...bounds });
/** @param java the Java class of the values, which errors name */
export const map = <T>(
  of: Shape<T>,
  java: string,
  limits: Bounds & Pick<MapDescription, "keys" | "lengths"> = {},
): Shape<Readonly<Record<string, T>>> => ({ type: "Map", of, java, ...limits });

/** Marks a parameter that has to be there. */
export interface Required<T> {
  readonly required: Shape<T>;
}
export const required = <T>(shape: Shape<T>): Required<T> => ({ required: shape });

type Members = Readonly<Record<string, Shape<unknown> | Required<unknown>>>;
type StructureValue<M extends Members> = {
  readonly [K in keyof M as M[K] extends Required<unknown> ? K : never]: M[K] extends Required<infer T> ? T : never;
} & {
  readonly [K in keyof M as M[K] extends Required<unknown> ? never : K]?: ValueOf<M[K]> | undefined;
};
export type Structure<T> = Shape<T> & StructureDescription;

/** Makes the shape of an object with these members; others are ignored, as AWS does. */
export function structure<M extends Members>(java: string, members: M): Structure<StructureValue<M>> {
  const found: Record<string, Member> = {};
  for (const [name, member] of Object.entries(members))
    found[name] =
      "required" in member ? { shape: member.required, required: true } : { shape: member, required: false };
  return { type: "Structure", java, members: found };
}
