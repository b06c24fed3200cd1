import { expect, test } from "@jest/globals";
import { tagsOf } from "../../environments/tags";
import { stagingProblems } from "./problem-lines";

test("adds to an environment's own tags whose it is and what manages it", () => {
  expect(tagsOf({ name: "staging", tags: { Owner: "web team" } })).toEqual({
    Owner: "web team",
    Project: "blogapp",
    Environment: "staging",
    ManagedBy: "Terraform",
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ["tags that are a list", { tags: ["a"] }, "tags: [ 'a' ] is not an object; write { } or { Owner: \"web team\" }"],
  ["a tag that is a number", { tags: { Owner: 7 } }, "tags.Owner: 7 is not text; write it in quotes"],
  [
    "a tag of AWS",
    { tags: { "AWS:owner": "web" } },
    'tags["AWS:owner"]: "web" has a key that starts with aws:, which AWS keeps for itself; rename it',
  ],
  [
    "a tag that everything has anyway",
    { tags: { managedby: "us" } },
    'tags.managedby: "us" has the key of a tag that every resource gets anyway; remove it',
  ],
  [
    "tags that differ only in case",
    { tags: { Owner: "web", owner: "api" } },
    'tags.owner: "api" has a key that differs from an earlier one only in case; remove one of them',
  ],
  [
    "a tag with characters AWS does not take",
    { tags: { Owner: "<web>" } },
    'tags.Owner: "<web>" has other characters than letters, digits, spaces and + - = . _ : / @; remove them',
  ],
  ["a tag without a key", { tags: { "": "web" } }, 'tags[""]: "web" has a key of 0 characters; AWS takes 1 to 128'],
  [
    "a tag that is too long",
    { tags: { Owner: "w".repeat(257) } },
    `tags.Owner: "${"w".repeat(76)}... has 257 characters; AWS takes up to 256`,
  ],
  [
    "more tags than AWS keeps",
    { tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag${index}`, ""])) },
    "tags: 48 tags are too many; AWS allows 50, and Project, Environment, ManagedBy are among them",
  ],
  [
    "a number under a key that came from JSON as __proto__",
    { tags: JSON.parse('{"__proto__":7}') },
    "tags.__proto__: 7 is not text; write it in quotes",
  ],
])("refuses %s", (_, change, line) => {
  expect(stagingProblems(change)).toEqual([`staging.${line}`]);
});
