import { invalid } from "../errors";

/**
 * A number as DynamoDB holds it: `0.DIGITS × 10^exponent`. The digits have no zeros at either end; zero has none.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const MOST_DIGITS = 38;
/** The exponents of 1E-130 and 9.99…E+125 in the form above. */
const LEAST_EXPONENT = -129;
const MOST_EXPONENT = 126;
const ZERO: Decimal = { negative: false, digits: "", exponent: 0 };

/** Reads a number. Throws a DynamoDbError if it is none, has too many digits or is out of range. */
export function parseDecimal(text: string): Decimal {
  if (text === "") throw invalid("The parameter cannot be converted to a numeric value");
  const match = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  const [, sign, whole = "", behindPoint, bare, power = "0"] = match;
  const fraction = behindPoint ?? bare ?? "";
  return decimal(sign === "-", whole + fraction, whole.length + Number(power));
}

const overflow = () =>
  invalid("Number overflow. Attempting to store a number with magnitude larger than supported range");

/** Makes a number of digits that may have zeros at either end. Throws a DynamoDbError if it is out of range. */
function decimal(negative: boolean, digits: string, exponent: number): Decimal {
  let first = 0;
  while (first < digits.length && digits.charCodeAt(first) === 48) first++;
  let last = digits.length;
  while (last > first && digits.charCodeAt(last - 1) === 48) last--;
  if (first === last) return ZERO;
  const found = { negative, digits: digits.slice(first, last), exponent: exponent - first };
  if (found.exponent > MOST_EXPONENT) throw overflow();
  if (found.exponent < LEAST_EXPONENT)
    throw invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range");
  if (found.digits.length > MOST_DIGITS)
    throw invalid("Attempting to store more than 38 significant digits in a Number");
  return found;
}

/** Writes a number out, without an exponent, as DynamoDB answers it. */
function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === "") return "0";
  const sign = negative ? "-" : "";
  if (exponent <= 0) return `${sign}0.${"0".repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return `${sign}${digits.padEnd(exponent, "0")}`;
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** The number in DynamoDB's own form: `1.50` and `15E-1` are both `1.5`. Throws a DynamoDbError if it is none. */
export function normalized(text: string): string {
  // Most numbers are short integers, which are in this form already.
  return /^(?:0|-?[1-9]\d{0,14})$/.test(text) ? text : formatDecimal(parseDecimal(text));
}

/** Compares two numbers in DynamoDB's form: negative, zero or positive, as for sorting. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  if (left.length < 16 && right.length < 16) return Number(left) - Number(right);
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  const order = signOf(a) - signOf(b);
  if (order !== 0 || a.digits === "") return order;
  const magnitude = a.exponent - b.exponent || (a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0);
  return a.negative ? -magnitude : magnitude;
}

const signOf = ({ negative, digits }: Decimal) => (digits === "" ? 0 : negative ? -1 : 1);

/** Adds or subtracts two numbers exactly. Throws a DynamoDbError if the result is no number DynamoDB can hold. */
export function calculate(left: string, operator: "+" | "-", right: string): string {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  // The most digits that either has behind the point; at most 168, so that the integers stay small.
  const scale = Math.max(0, a.digits.length - a.exponent, b.digits.length - b.exponent);
  const sum = operator === "+" ? scaled(a, scale) + scaled(b, scale) : scaled(a, scale) - scaled(b, scale);
  const digits = (sum < 0n ? -sum : sum).toString();
  // AWS takes too many digits for too large a number here.
  if (digits.replace(/0+$/, "").length > MOST_DIGITS) throw overflow();
  return formatDecimal(decimal(sum < 0n, digits, digits.length - scale));
}

function scaled({ negative, digits, exponent }: Decimal, scale: number): bigint {
  const magnitude = BigInt(digits.padEnd(exponent + scale, "0") || "0");
  return negative ? -magnitude : magnitude;
}

/** The bytes that a number counts for: about one for every two digits, and one more; see `size.ts`. */
export function numberSize(text: string): number {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === "") return 1;
  // Two digits share a byte, in pairs that start at an even exponent.
  const odd = exponent % 2 === 0 ? 0 : 1;
  return 1 + Math.ceil((digits.length + odd) / 2) + (negative ? 1 : 0);
}
