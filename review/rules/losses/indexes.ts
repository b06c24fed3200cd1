import type { Finding } from "../../finding";
import { type Change, ofType } from "../../plan/plan";
import { equal, items, pick, text, UNKNOWN, type Value } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rule } from "../rule";

const KEYS = ["hash_key", "range_key", "key_schema", "projection_type", "non_key_attributes"];

/** Finds indexes of tables that go, come or get other keys. DynamoDB builds an index anew for any change of its keys. */
export const indexes: Rule = {
  name: "indexes",
  judges: { aws_dynamodb_table: ["global_secondary_index", "local_secondary_index", "attribute"] },
  review: ({ plan, told }: Context) =>
    ofType(plan, "aws_dynamodb_table")
      .filter(({ action, address }) => action === "update" && !told.has(address))
      .flatMap(compare),
};

function compare(change: Change): Finding[] {
  const after = pick(change.after, "global_secondary_index");
  if (after === UNKNOWN) return [];
  const [old, young] = [byName(pick(change.before, "global_secondary_index")), byName(after)];
  const about = { rule: "indexes", address: change.address };
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((name): Finding[] => {
    const [was, becomes] = [old.get(name), young.get(name)];
    if (was === undefined)
      return [
        {
          ...about,
          severity: "notes",
          reason: `adds the index ${show(name)}`,
          consequence:
            "DynamoDB fills it from the existing rows, for minutes to hours; storage and every write cost more.",
          remedy: "Deploy code that queries it only when it is active.",
        },
      ];
    if (becomes === undefined)
      return [
        {
          ...about,
          severity: "stops",
          reason: `removes the index ${show(name)}`,
          consequence: "Queries of the index fail from the moment the deletion begins, in code that still runs too.",
          remedy: "First deploy code that does not query it; remove the index in a later change.",
        },
      ];
    if (KEYS.every((key) => equal(pick(was, key), pick(becomes, key)))) return [];
    return [
      {
        ...about,
        severity: "asks",
        reason: `gives the index ${show(name)} other keys under the same name`,
        consequence: "The index is deleted first and filled again: queries fail or miss rows for minutes to hours.",
        remedy: "Add an index with another name, move the queries, and remove the old one later.",
      },
    ];
  });
}

function byName(indexes: Value): Map<string, Value> {
  return new Map(items(indexes).map((index) => [text(index, "name") ?? "", index]));
}
