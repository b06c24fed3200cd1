import type { Change } from "../../plan/plan";
import { isAbsent, pick } from "../../plan/value";
import type { Condition, Statement } from "../../policy/document";
import { settled } from "../references";
import type { Context } from "../rule";

/** The conditions that Lambda makes of a permission's arguments. */
export const CONDITIONS = [
  { argument: "source_arn", operator: "ArnLike", key: "aws:sourcearn" },
  { argument: "source_account", operator: "StringEquals", key: "aws:sourceaccount" },
  { argument: "function_url_auth_type", operator: "StringEquals", key: "lambda:functionurlauthtype" },
  { argument: "invoked_via_function_url", operator: "Bool", key: "lambda:invokedviafunctionurl" },
  { argument: "principal_org_id", operator: "StringEquals", key: "aws:principalorgid" },
  { argument: "event_source_token", operator: "StringEquals", key: "lambda:eventsourcetoken" },
] as const;

/** Reads an argument, or what it would be if the resources that the plan replaces kept their names. */
function argument(context: Context, change: Change, side: "before" | "after", name: string): string | undefined {
  const value = side === "before" ? pick(change.before, name) : settled(context, change, name);
  return isAbsent(value) || value === "" ? undefined : String(value);
}

/** Functions are named by name or by ARN; both mean the same. */
export function functionOf(context: Context, change: Change, side: "before" | "after"): string | undefined {
  return argument(context, change, side, "function_name")?.replace(/^arn:[^:]*:lambda:[^:]*:\d*:function:/, "");
}

/** Writes a permission as the statement that Lambda makes of it. */
export function statement(context: Context, change: Change, side: "before" | "after"): Statement {
  const principal = argument(context, change, side, "principal") ?? "*";
  const kind = principal.endsWith(".amazonaws.com") ? "Service" : "AWS";
  return {
    effect: "Allow",
    actions: [argument(context, change, side, "action") ?? "*"],
    resources: [`${functionOf(context, change, side)}:${argument(context, change, side, "qualifier") ?? ""}`],
    principals: [principal === "*" ? "*" : `${kind}:${principal}`],
    conditions: CONDITIONS.flatMap(({ argument: name, operator, key }): Condition[] => {
      const value = argument(context, change, side, name);
      return value === undefined || value === "false" ? [] : [{ operator, key, values: [value] }];
    }),
    negated: [],
  };
}
