import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** An item as the API of DynamoDB writes it in JSON: binary values are base64, and numbers keep all their digits. */
export type WireItem = Readonly<Record<string, WireValue>>;
type WireValue = { readonly [type: string]: unknown };

/** Returns an item of the SDK's as JSON. */
export function toWire(item: Readonly<Record<string, AttributeValue>>): WireItem {
  return mapped(item, (value) => {
    if (value.B !== undefined) return { B: base64(value.B) };
    if (value.BS !== undefined) return { BS: value.BS.map(base64) };
    if (value.L !== undefined) return { L: value.L.map((one) => toWire({ one }).one) };
    if (value.M !== undefined) return { M: toWire(value.M) };
    return { ...value };
  });
}

/** Returns an item in JSON as the SDK takes it. The types are DynamoDB's to check. */
export function fromWire(item: WireItem): Record<string, AttributeValue> {
  return mapped(item, (value) => {
    if ("B" in value) return { B: bytes(value.B) };
    if ("BS" in value) return { BS: (value.BS as unknown[]).map(bytes) };
    if ("L" in value) return { L: (value.L as WireValue[]).map((one) => fromWire({ one }).one as AttributeValue) };
    if ("M" in value) return { M: fromWire(value.M as WireItem) };
    return value as unknown as AttributeValue;
  });
}

function mapped<From, To>(item: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  // Not an object literal's `__proto__`: an attribute may have any name.
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, change(value)]));
}

const base64 = (value: Uint8Array) => Buffer.from(value).toString("base64");
const bytes = (value: unknown) => new Uint8Array(Buffer.from(String(value), "base64"));
