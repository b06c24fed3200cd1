import { describe, expect, test } from "@jest/globals";
import { environments } from "../../environments";
import { PLACEHOLDER_ACCOUNT, withAccount } from "../../environments/account";
import { staging } from "../../environments/staging";

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
