import { tagsOf } from "../tags";
import { at, isRecord, problem, type Rule } from "./rule";

/** Of one resource; see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const MOST_TAGS = 50;
const alphabet = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u;
const letters = "letters, digits, spaces and + - = . _ : / @";

/** Those every resource gets anyway; they count too. */
const ours = Object.keys(tagsOf({ name: "", tags: {} }));
const mostOfOthers = MOST_TAGS - ours.length;

export const tags: Rule = (value, path) => {
  if (!isRecord(value)) return [problem(path, value, 'is not an object; write { } or { Owner: "web team" }')];
  const keys = Object.keys(value);
  const tooMany = `are too many; AWS allows ${MOST_TAGS}, and ${ours.join(", ")} are among them`;
  return [
    ...(keys.length > mostOfOthers ? [{ path, value: `${keys.length} tags`, message: tooMany }] : []),
    ...keys.flatMap((key, index) =>
      [...keyProblems(key, keys.slice(0, index)), ...valueProblems(value[key])].map((message) =>
        problem(at(path, key), value[key], message),
      ),
    ),
  ];
};

function keyProblems(key: string, earlier: readonly string[]): string[] {
  const same = (other: string) => other.toLowerCase() === key.toLowerCase();
  const messages: string[] = [];
  if (key.length < 1 || key.length > 128) messages.push(`has a key of ${key.length} characters; AWS takes 1 to 128`);
  if (!alphabet.test(key)) messages.push(`has a key with other characters than ${letters}; remove them`);
  if (/^aws:/i.test(key)) messages.push("has a key that starts with aws:, which AWS keeps for itself; rename it");
  if (ours.some(same)) messages.push("has the key of a tag that every resource gets anyway; remove it");
  // IAM roles take "Owner" and "owner" for one tag.
  if (earlier.some(same)) messages.push("has a key that differs from an earlier one only in case; remove one of them");
  return messages;
}

function valueProblems(value: unknown): string[] {
  if (typeof value !== "string") return ["is not text; write it in quotes"];
  const messages: string[] = [];
  if (value.length > 256) messages.push(`has ${value.length} characters; AWS takes up to 256`);
  if (!alphabet.test(value)) messages.push(`has other characters than ${letters}; remove them`);
  return messages;
}
