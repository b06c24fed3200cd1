import { describe, expect, test } from "@jest/globals";
import { environments } from "../../environments";
import { PLACEHOLDER_ACCOUNT, withAccount } from "../../environments/account";
import { staging } from "../../environments/staging";
import { stagingProblems } from "./problem-lines";

const notAccount =
  'is not an AWS account id; write the twelve digits of yours, or "000000000000" and set TERRACE_ACCOUNT_ID';

describe("the account from outside", () => {
  test("takes the place of the placeholder and of nothing else", () => {
    const own = { ...staging, account: "222222222222" };
    const accounts = withAccount([staging, own], "111111111111").map(({ account }) => account);
    expect(accounts).toEqual(["111111111111", "222222222222"]);
    expect(staging.account).toBe(PLACEHOLDER_ACCOUNT);
  });

  test("changes nothing when there is none", () => {
    expect(withAccount(environments, undefined)).toBe(environments);
  });

  test.each([
    "",
    "12345678901",
    "1234567890123",
    "12345678901x",
    "１２３４５６７８９０１２",
    " 123456789012",
    "arn:aws:iam::123456789012:root",
  ])("is refused by name when it is %j", (account) => {
    expect(() => withAccount(environments, account)).toThrow(
      new Error(
        `TERRACE_ACCOUNT_ID: ${JSON.stringify(account)} is not an AWS account id; set it to twelve digits, or unset it`,
      ),
    );
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ["an account id of eleven digits", { account: "12345678901" }, `account: "12345678901" ${notAccount}`],
  [
    "an account id that is a number",
    { account: 123456789012 },
    "account: 123456789012 is not text; write it in quotes",
  ],
  ["an account id that is missing", { account: undefined }, `account: undefined ${notAccount}`],
])("refuses %s", (_, change, line) => {
  expect(stagingProblems(change)).toEqual([`staging.${line}`]);
});
