import { expect, test } from "@jest/globals";
import { said } from "../said";

const notAccount =
  'is not an AWS account id; write the twelve digits of yours, or "000000000000" and set TERRACE_ACCOUNT_ID';
const notRegion = 'is not an AWS region; write one such as "ap-northeast-1" or "eu-west-1"';
const notFirebase =
  "is not a Firebase project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter; copy it from the Firebase console";

test.each<[string, Record<string, unknown>, string]>([
  ["an account id of eleven digits", { account: "12345678901" }, `account: "12345678901" ${notAccount}`],
  [
    "an account id that is a number",
    { account: 123456789012 },
    "account: 123456789012 is not text; write it in quotes",
  ],
  ["an account id that is missing", { account: undefined }, `account: undefined ${notAccount}`],
  ["a region with a typing mistake", { region: "ap-northest-1" }, `region: "ap-northest-1" ${notRegion}`],
  ["an availability zone", { region: "ap-northeast-1a" }, `region: "ap-northeast-1a" ${notRegion}`],
  ["a region that nobody has", { region: "xx-west-1" }, `region: "xx-west-1" ${notRegion}`],
  [
    "a Firebase project id that is too short",
    { firebaseProjectId: "blog" },
    `firebaseProjectId: "blog" ${notFirebase}`,
  ],
  [
    "a Firebase project id in upper case",
    { firebaseProjectId: "Blogapp" },
    `firebaseProjectId: "Blogapp" ${notFirebase}`,
  ],
  [
    "a Firebase project id ending in a hyphen",
    { firebaseProjectId: "blogapp-" },
    `firebaseProjectId: "blogapp-" ${notFirebase}`,
  ],
])("refuses %s", (_, change, line) => {
  expect(said(change)).toEqual([`staging.${line}`]);
});
