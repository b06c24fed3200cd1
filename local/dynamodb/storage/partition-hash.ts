import { createHash } from "node:crypto";
import type { AttributeValue } from "../values/attribute-value";
import { parseDecimal } from "../values/decimal";

/**
 * The hash by which items are spread over partitions, as four bytes. A scan reads in its order; that AWS's order is
 * that of this MD5 sum is what others found and recorded, so that tests which were recorded there hold here.
 */
export function partitionHash(...parts: readonly AttributeValue[]): string {
  const hash = createHash("md5").update("Outliers");
  for (const part of parts) hash.update(bytesOf(part));
  return hash.digest().toString("latin1", 0, 4);
}

function bytesOf(value: AttributeValue): string | Buffer {
  if ("S" in value) return value.S;
  if ("B" in value) return Buffer.from(value.B, "base64");
  return "N" in value ? numberBytes(value.N) : "";
}

/** An exponent to the base of 100 and a byte for each digit to that base; those of negative numbers are turned round. */
function numberBytes(text: string): Buffer {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === "") return Buffer.from([0x80]);
  const odd = exponent % 2 === 0 ? 0 : 1;
  const power = (exponent + odd) / 2 - 64;
  const padded = odd ? `0${digits}` : digits;
  const bytes = [negative ? ~power : power];
  for (let index = 0; index < padded.length; index += 2) {
    const pair = Number(padded.slice(index, index + 2).padEnd(2, "0"));
    bytes.push(negative ? 101 - pair : pair + 1);
  }
  if (negative && bytes.length <= 20) bytes.push(102);
  return Buffer.from(bytes);
}
