import { type AttributeValue, attribute, type Item, typeOf } from "./attribute-value";
import { compareNumbers } from "./decimal";

/** Tells if two values are equal: of one type and, at any depth, of the same content. The order within a set counts not. */
export function equal(left: AttributeValue, right: AttributeValue): boolean {
  if ("S" in left) return "S" in right && left.S === right.S;
  if ("N" in left) return "N" in right && left.N === right.N;
  if ("B" in left) return "B" in right && left.B === right.B;
  if ("BOOL" in left) return "BOOL" in right && left.BOOL === right.BOOL;
  if ("NULL" in left) return "NULL" in right;
  if ("SS" in left) return "SS" in right && sameMembers(left.SS, right.SS);
  if ("NS" in left) return "NS" in right && sameMembers(left.NS, right.NS);
  if ("BS" in left) return "BS" in right && sameMembers(left.BS, right.BS);
  if ("L" in left)
    return (
      "L" in right &&
      left.L.length === right.L.length &&
      left.L.every((value, index) => equal(value, right.L[index] as AttributeValue))
    );
  return "M" in right && equalItems(left.M, right.M);
}

/** Tells if two items have the same attributes with equal values. */
export function equalItems(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const other = attribute(right, name);
    return other !== undefined && equal(attribute(left, name) as AttributeValue, other);
  });
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  const members = new Set(left);
  return right.every((member) => members.has(member));
}

/** Compares two values of one ordered type (S, N or B) as for sorting; undefined for any other two, which have no order. */
export function compare(left: AttributeValue, right: AttributeValue): number | undefined {
  if ("N" in left) return "N" in right ? compareNumbers(left.N, right.N) : undefined;
  if ("S" in left) return "S" in right ? compareTexts(left.S, right.S) : undefined;
  if ("B" in left) return "B" in right ? Buffer.compare(bytes(left.B), bytes(right.B)) : undefined;
  return undefined;
}

/** By the bytes of their UTF-8, which is not the order of JavaScript's strings beyond U+FFFF. */
function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

const bytes = (base64: string) => Buffer.from(base64, "base64");

/** Tells if a string or binary begins with another of its type. */
export function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ("S" in value && "S" in prefix) return value.S.startsWith(prefix.S);
  if ("B" in value && "B" in prefix) {
    const wanted = bytes(prefix.B);
    return bytes(value.B).subarray(0, wanted.length).equals(wanted);
  }
  return false;
}

/** Tells if a string or binary contains another of its type, a set a member of its type, or a list an equal value. */
export function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ("S" in value) return "S" in part && value.S.includes(part.S);
  if ("B" in value) return "B" in part && bytes(value.B).includes(bytes(part.B));
  if ("SS" in value) return "S" in part && value.SS.includes(part.S);
  if ("NS" in value) return "N" in part && value.NS.includes(part.N);
  if ("BS" in value) return "B" in part && value.BS.includes(part.B);
  if ("L" in value) return value.L.some((member) => typeOf(member) === typeOf(part) && equal(member, part));
  return false;
}
