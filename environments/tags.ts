import * as z from "zod";
import { isRecord, NOT_TEXT } from "./fields";
import { project } from "./project";

type Tags = Readonly<Record<string, string>>;

/** Returns the tags of everything in an environment: its own, and the three that say whose it is and what manages it. */
export function tagsOf(environment: { readonly name: string; readonly tags: Tags }) {
  return { ...environment.tags, Project: project.prefix, Environment: environment.name, ManagedBy: "Terraform" };
}

/** The most tags of one resource; see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const MOST_TAGS = 50;
const CHARACTERS = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u;
const CHARACTERS_IN_WORDS = "letters, digits, spaces and + - = . _ : / @";

/** The keys of the tags that every resource gets anyway; they count too. */
const OURS = Object.keys(tagsOf({ name: "", tags: {} }));

const isSame = (key: string) => (other: string) => other.toLowerCase() === key.toLowerCase();

const key = z
  .string()
  .refine(({ length }) => length >= 1 && length <= 128, {
    error: ({ input }) => `has a key of ${String(input).length} characters; AWS takes 1 to 128`,
  })
  .regex(CHARACTERS, `has a key with other characters than ${CHARACTERS_IN_WORDS}; remove them`)
  .regex(/^(?!aws:)/i, "has a key that starts with aws:, which AWS keeps for itself; rename it")
  .refine((text) => !OURS.some(isSame(text)), "has the key of a tag that every resource gets anyway; remove it");

const value = z
  .string({ error: NOT_TEXT })
  .max(256, { error: ({ input }) => `has ${String(input).length} characters; AWS takes up to 256` })
  .regex(CHARACTERS, `has other characters than ${CHARACTERS_IN_WORDS}; remove them`);

const REPEATED = "has a key that differs from an earlier one only in case; remove one of them";

/** Tags by key. Not a record of zod's, which passes over a key `__proto__`. */
export const tags = z
  .custom<Tags>(isRecord, 'is not an object; write { } or { Owner: "web team" }')
  .superRefine((all, { addIssue }) => {
    const keys = Object.keys(all);
    const tooMany = `are too many; AWS allows ${MOST_TAGS}, and ${OURS.join(", ")} are among them`;
    if (keys.length > MOST_TAGS - OURS.length)
      addIssue({ code: "custom", message: tooMany, params: { shown: `${keys.length} tags` } });
    for (const [index, name] of keys.entries()) {
      const input = all[name];
      const issues = [key.safeParse(name), value.safeParse(input)].flatMap(({ error }) => error?.issues ?? []);
      for (const { message } of issues) addIssue({ code: "custom", path: [name], input, message });
      // IAM roles take "Owner" and "owner" for one tag.
      if (keys.slice(0, index).some(isSame(name))) addIssue({ code: "custom", path: [name], input, message: REPEATED });
    }
  });
