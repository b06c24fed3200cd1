import { LONGEST, physicalNames } from "../names";
import { type Rule, text } from "./rule";

const alphabet = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const alphabetMessage = "is not lower-case letters, digits and single hyphens, starting with a letter";

/** Of an environment: stack id, stage and part of every physical name, so all of them must fit AWS's limits. */
export const environmentName: Rule = text((name) => {
  if (!isEnvironmentName(name)) return `${alphabetMessage}; write a name such as "staging"`;
  if (name.endsWith("-ecr")) {
    const other = name.slice(0, -"-ecr".length);
    return `is the name of the repository stack of an environment ${other}; choose another ending than -ecr`;
  }
  const [worst] = physicalNames({ name })
    .map(({ kind, name: { length } }) => ({ kind, length, excess: length - LONGEST[kind] }))
    .toSorted((one, other) => other.excess - one.excess);
  if (worst === undefined || worst.excess <= 0) return undefined;
  return `makes a name of ${worst.length} characters (${worst.kind}), ${worst.excess} more than AWS allows; shorten it, or the prefix in environments/project.ts`;
});

export function isEnvironmentName(name: unknown): name is string {
  return typeof name === "string" && alphabet.test(name);
}

/** Of the project's physical names; with it the state bucket must stay a bucket's name. */
export const prefix: Rule = text((value) => {
  const limit = LONGEST["S3 bucket"] - "-terraform-state-123456789012".length;
  if (!alphabet.test(value)) return `${alphabetMessage}; write a prefix such as "blogapp"`;
  return value.length > limit
    ? `is longer than ${limit} characters; the name of the state bucket starts with it`
    : undefined;
});
