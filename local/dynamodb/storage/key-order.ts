import type { AttributeValue } from "../values/attribute-value";
import { parseDecimal } from "../values/decimal";

/**
 * Keys are texts of one byte per character (Latin-1), which the store compares byte by byte. What is encoded here
 * sorts as DynamoDB sorts the values, and ends by itself, so that one key part can follow another.
 */
export function orderedKey(value: AttributeValue): string {
  if ("N" in value) return orderedNumber(value.N);
  return `${orderedPrefix(value)}\0\0`;
}

/** The beginning that a string's or binary's encoding shares with every value that begins with it. */
export function orderedPrefix(value: AttributeValue): string {
  const bytes = "S" in value ? utf8(value.S) : "B" in value ? Buffer.from(value.B, "base64").toString("latin1") : "";
  return bytes.includes("\0") ? bytes.replaceAll("\0", "\0\xff") : bytes;
}

function utf8(text: string): string {
  for (let index = 0; index < text.length; index++)
    if (text.charCodeAt(index) > 127) return Buffer.from(text).toString("latin1");
  return text;
}

/** Sign, exponent and pairs of digits; those of a negative number are turned round. */
function orderedNumber(text: string): string {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === "") return "\x80";
  const byte = (value: number) => String.fromCharCode(negative ? 255 - value : value);
  let key = (negative ? "\x40" : "\xc0") + byte(exponent + 129);
  for (let index = 0; index < digits.length; index += 2) {
    const pair = digits.slice(index, index + 2).padEnd(2, "0");
    key += byte(Number(pair) + 1);
  }
  return key + byte(0);
}

/** The least key that is greater than every key beginning with this one. */
export function keyAfter(prefix: string): string {
  let end = prefix.length;
  while (end > 0 && prefix.charCodeAt(end - 1) === 255) end--;
  return prefix.slice(0, end - 1) + String.fromCharCode(prefix.charCodeAt(end - 1) + 1);
}

/** A number as four bytes, in order. */
export function fourBytes(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}
