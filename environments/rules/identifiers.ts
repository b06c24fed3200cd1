/** Identifiers that others gave: AWS of accounts and regions, Google of projects. */
import { isAccount, PLACEHOLDER_ACCOUNT } from "../account";
import { type Rule, text } from "./rule";

/** An AWS account; in its place the placeholder, as long as nothing is deployed. */
export function account(deploying: boolean): Rule {
  return text((value) => {
    if (!isAccount(value)) {
      return `is not an AWS account id; write the twelve digits of yours, or "${PLACEHOLDER_ACCOUNT}" and set TERRACE_ACCOUNT_ID`;
    }
    return deploying && value === PLACEHOLDER_ACCOUNT
      ? "is the placeholder of a fresh clone; write the twelve digits of your AWS account, or set TERRACE_ACCOUNT_ID"
      : undefined;
  });
}

/** By its form and not from a list, so that a region AWS opens tomorrow is accepted. */
export const region: Rule = text((value) =>
  /^(af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(north|south|east|west|central|(north|south)(east|west))-[1-9]$/.test(value)
    ? undefined
    : 'is not an AWS region; write one such as "ap-northeast-1" or "eu-west-1"',
);

/** See https://cloud.google.com/resource-manager/reference/rest/v3/projects */
export const firebaseProjectId: Rule = text((value) =>
  /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(value)
    ? undefined
    : "is not a Firebase project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter; copy it from the Firebase console",
);
