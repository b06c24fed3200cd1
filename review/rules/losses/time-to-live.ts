import type { Finding } from "../../finding";
import { ofType } from "../../plan/plan";
import type { Context, Rule } from "../rule";
import { difference } from "../settings/table";
import { expiryAttribute } from "./expiry";

/**
 * Finds tables whose rows begin to expire, expire by another attribute or stop expiring.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export const timeToLive: Rule = {
  name: "time-to-live",
  judges: { aws_dynamodb_table: ["ttl"] },
  review: ({ plan, told }: Context) =>
    ofType(plan, "aws_dynamodb_table")
      .filter(({ action, address }) => action === "update" && !told.has(address))
      .flatMap((change): Finding[] => {
        const [before, after] = [expiryAttribute(change.before), expiryAttribute(change.after)];
        if (before === after) return [];
        const told = { rule: "time-to-live", address: change.address };
        const reason = difference("ttl", before, after);
        if (before === undefined)
          return [
            {
              ...told,
              severity: "stops",
              reason,
              consequence: `Every row whose \`${after}\` is a number of seconds in the past is deleted within days. There is no undo.`,
              remedy: "Look at the attribute in existing rows first; use a name that no row has yet.",
            },
          ];
        return [
          {
            ...told,
            severity: "asks",
            reason,
            consequence:
              after === undefined
                ? "Rows are kept for ever: the table grows, and what should have ended does not."
                : "Rows that have only the old attribute never expire; AWS refuses a second change within an hour.",
            remedy: "Let the code write both attributes for as long as the oldest row lives, then change it.",
          },
        ];
      }),
};
