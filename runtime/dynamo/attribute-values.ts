import * as z from "zod/mini";

/** A value of an item as change streams tell it: under the letter of its type. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> }
  | { readonly SS: readonly string[] };

const attributeValue: z.ZodMiniType<AttributeValue> = z.union([
  z.object({ S: z.string() }),
  z.object({ N: z.string() }),
  z.object({ BOOL: z.boolean() }),
  z.object({ NULL: z.literal(true) }),
  z.object({ L: z.array(z.lazy(() => attributeValue)) }),
  z.object({
    M: z.record(
      z.string(),
      z.lazy(() => attributeValue),
    ),
  }),
  z.object({ SS: z.array(z.string()) }),
]);

/**
 * Reads an item of a change stream. The types that no row here has (bytes, and sets of bytes or numbers) are none
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html).
 */
export const streamImage = z.record(z.string(), attributeValue);

/** Returns an item as plain values. */
export function plainItem(image: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: AttributeValue): unknown {
  if ("S" in value) return value.S;
  if ("N" in value) return Number(value.N);
  if ("BOOL" in value) return value.BOOL;
  if ("L" in value) return value.L.map(plainValue);
  if ("M" in value) return plainItem(value.M);
  return "SS" in value ? new Set(value.SS) : null;
}
