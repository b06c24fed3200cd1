import { invalidParameters } from "../errors";

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
const MOST_TAGS = 50;

/** Adds tags to those there are. Throws a DynamoDbError if they become too many or one has characters that none may have. */
export function withTags(
  tags: ReadonlyMap<string, string>,
  added: readonly { readonly Key: string; readonly Value: string }[],
): Map<string, string> {
  const all = new Map(tags);
  for (const { Key, Value } of added) {
    for (const text of [Key, Value])
      if (!/^[\p{L}\p{Z}\p{N}+\-=._:/@]*$/u.test(text)) throw invalidParameters(`Invalid characters in tag: ${text}`);
    all.set(Key, Value);
  }
  if (all.size > MOST_TAGS) throw invalidParameters(`Too many tags: a table can have ${MOST_TAGS}`);
  return all;
}
