import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { calculate, compareNumbers, normalized, numberSize } from "../../../../local/dynamodb/values/decimal";

/** Numbers in any way of writing them: digits, a point somewhere, an exponent. */
const written = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }), fc.integer({ min: -80, max: 80 }))
  .map(([negative, digits, exponent]) => `${negative ? "-" : ""}${digits}E${exponent}`);

/** The exact value, as a fraction of 10^200. */
function exact(text: string): bigint {
  const [, sign, whole = "", fraction = "", power = "0"] = /^(-?)(\d*)(?:\.(\d*))?(?:E(-?\d+))?$/.exec(text) ?? [];
  const scaled = BigInt(`${whole}${fraction}`) * 10n ** BigInt(200 - fraction.length + Number(power));
  return sign === "-" ? -scaled : scaled;
}

describe("a number", () => {
  test.each([
    ["0", "0"],
    ["-0", "0"],
    ["0.000", "0"],
    ["00042", "42"],
    ["+1.50", "1.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1.5E2", "150"],
    ["-1.5e-2", "-0.015"],
    ["1E125", `1${"0".repeat(125)}`],
    ["1E-130", `0.${"0".repeat(129)}1`],
    ["12345678901234567890123456789012345678", "12345678901234567890123456789012345678"],
    ["0E999999", "0"],
  ])("%s is %s", (text, form) => {
    expect(normalized(text)).toBe(form);
  });

  test.each([
    ["", "The parameter cannot be converted to a numeric value"],
    ["abc", "The parameter cannot be converted to a numeric value: abc"],
    ["NaN", "The parameter cannot be converted to a numeric value: NaN"],
    ["1 ", "The parameter cannot be converted to a numeric value: 1 "],
    ["0x10", "The parameter cannot be converted to a numeric value: 0x10"],
    ["1E126", "Number overflow. Attempting to store a number with magnitude larger than supported range"],
    ["-1E99999999999", "Number overflow. Attempting to store a number with magnitude larger than supported range"],
    ["1E-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"],
    ["1".repeat(39), "Attempting to store more than 38 significant digits in a Number"],
  ])("%j is refused in AWS's words", (text, message) => {
    expect(() => normalized(text)).toThrow(message);
  });

  test("keeps its value in DynamoDB's form, which is one for all ways of writing it", () => {
    fc.assert(
      fc.property(written, (text) => {
        const form = normalized(text);
        expect(exact(form)).toBe(exact(text));
        expect(normalized(form)).toBe(form);
        expect(form).toMatch(/^(?:0|-?(?:0\.\d*[1-9]|[1-9]\d*(?:\.\d*[1-9])?))$/);
      }),
      { seed: 1 },
    );
  });

  test("compares as its exact value does", () => {
    fc.assert(
      fc.property(written, written, (left, right) => {
        const difference = exact(left) - exact(right);
        expect(Math.sign(compareNumbers(normalized(left), normalized(right)))).toBe(
          difference < 0n ? -1 : difference > 0n ? 1 : 0,
        );
      }),
      { seed: 2 },
    );
  });

  test("is added and subtracted exactly, or refused if 38 digits do not hold the result", () => {
    fc.assert(
      fc.property(written, fc.constantFrom("+", "-"), written, (left, operator, right) => {
        const [a, b] = [normalized(left), normalized(right)];
        const result = operator === "+" ? exact(a) + exact(b) : exact(a) - exact(b);
        const digits = String(result < 0n ? -result : result).replace(/0+$/, "").length;
        if (digits > 38) expect(() => calculate(a, operator, b)).toThrow("Number overflow");
        else expect(exact(calculate(a, operator, b))).toBe(result);
      }),
      { seed: 3 },
    );
    expect(calculate("0.1", "+", "0.2")).toBe("0.3");
  });

  test.each([
    ["0", 1],
    ["1", 2],
    ["12", 2],
    ["123", 3],
    ["-1", 3],
    ["1.2345678901", 7],
  ])("%s counts for %i bytes", (text, bytes) => {
    expect(numberSize(text)).toBe(bytes);
  });
});
