import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { beforeEach, expect, test } from "@jest/globals";
import { type AwsSettings, awsSettings, callerOf, requireAccount } from "../../../commands/aws/account";
import { environmentNamed } from "../../../commands/aws/environment";
import { PlayedClient } from "../../support/doubles/aws/client";
import { environment } from "../../support/staging";

const sts = new PlayedClient(STSClient);
beforeEach(() => {
  sts.reset();
});

const caller = (account: string) => ({ Account: account, Arn: `arn:aws:iam::${account}:user/jane` });

test("credentials of the environment's account are accepted", async () => {
  sts.on(GetCallerIdentityCommand, caller("123456789012"));
  expect(await requireAccount(environment)).toEqual({
    account: "123456789012",
    arn: "arn:aws:iam::123456789012:user/jane",
  });
});

test("credentials of another account are refused, and both accounts are named", async () => {
  sts.on(GetCallerIdentityCommand, caller("210987654321"));
  await expect(requireAccount(environment)).rejects.toThrow(
    'AWS account: "210987654321" is where the credentials belong (arn:aws:iam::210987654321:user/jane), and staging is in 123456789012; set AWS_PROFILE to one of 123456789012, or correct environments/staging.ts',
  );
});

test("nobody is asked while the account is the placeholder", async () => {
  await expect(requireAccount({ ...environment, account: "000000000000" })).rejects.toThrow(
    'staging.account: "000000000000" is the placeholder of a fresh clone; put the twelve digits of your AWS account into environments/staging.ts, or set TERRACE_ACCOUNT_ID',
  );
  expect(sts.calls).toEqual([]);
});

test("an environment is found by its name, in the account that TERRACE_ACCOUNT_ID names", () => {
  expect(environmentNamed("staging", { TERRACE_ACCOUNT_ID: "123456789012" })).toMatchObject({
    name: "staging",
    account: "123456789012",
  });
  expect(environmentNamed("staging", { TERRACE_ACCOUNT_ID: "" }).name).toBe("staging");
});

test("a name that is none says which was meant, or which there are", () => {
  expect(() => environmentNamed("stagin", {})).toThrow(
    'environment: "stagin" is not one of "development", "staging", "production"; write "staging"',
  );
  expect(() => environmentNamed("qa", {})).toThrow(/write one of them$/);
});

test("clients of an environment work in its region, and try again where control planes are slow", async () => {
  const settings: AwsSettings = awsSettings({ region: "eu-west-1" });
  expect(settings).toEqual({ region: "eu-west-1", maxAttempts: 6 });
  sts.on(GetCallerIdentityCommand, caller("210987654321"));
  expect((await callerOf(settings)).account).toBe("210987654321");
});
