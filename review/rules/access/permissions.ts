import type { Finding } from "../../finding";
import { type Change, isChanged, isLost, ofType, type Plan } from "../../plan/plan";
import { isAbsent, pick, text } from "../../plan/value";
import type { Condition, Statement } from "../../policy/document";
import { type Atom, widening } from "../../policy/widening";
import { show } from "../../report/show";
import { settled } from "../references";
import type { Context, Rule } from "../rule";

const TYPE = "aws_lambda_permission";
/** The conditions that Lambda makes of a permission's arguments. */
const CONDITIONS = [
  { argument: "source_arn", operator: "ArnLike", key: "aws:sourcearn" },
  { argument: "source_account", operator: "StringEquals", key: "aws:sourceaccount" },
  { argument: "function_url_auth_type", operator: "StringEquals", key: "lambda:functionurlauthtype" },
  { argument: "invoked_via_function_url", operator: "Bool", key: "lambda:invokedviafunctionurl" },
  { argument: "principal_org_id", operator: "StringEquals", key: "aws:principalorgid" },
  { argument: "event_source_token", operator: "StringEquals", key: "lambda:eventsourcetoken" },
] as const;

/**
 * Finds who may newly invoke a function, and who no longer can. Lambda keeps one policy per function, so all of its
 * permissions are compared together: one that is only called otherwise changes nothing.
 */
export const permissions: Rule = {
  name: "permission",
  judges: {
    [TYPE]: [
      "action",
      "principal",
      "function_name",
      "qualifier",
      "statement_id",
      ...CONDITIONS.map(({ argument }) => argument),
    ],
  },
  review: (context: Context) => {
    const changed = ofType(context.plan, TYPE).filter(isChanged);
    const functions = new Set(
      changed.flatMap((change) => [functionOf(context, change, "before"), functionOf(context, change, "after")]),
    );
    return [...functions].filter((name) => name !== undefined).flatMap((name) => compare(context, name));
  },
};

function compare(context: Context, functionName: string): Finding[] {
  const { plan } = context;
  const all = ofType(plan, TYPE);
  const old = all.filter(
    (change) => functionOf(context, change, "before") === functionName && change.action !== "create",
  );
  const young = all.filter(
    (change) => functionOf(context, change, "after") === functionName && !["delete", "forget"].includes(change.action),
  );
  const [before, after] = [
    old.map((change) => statement(context, change, "before")),
    young.map((change) => statement(context, change, "after")),
  ];
  const gained = widening(before, after).allowed;
  const lost = widening(after, before).allowed;
  const address = (atom: Atom, list: readonly Change[], statements: readonly Statement[]) =>
    list[statements.findIndex(({ conditions }) => conditions === atom.conditions)]?.address ?? TYPE;
  return [
    ...gained.map((atom) => newCaller(plan, functionName, atom, address(atom, young, after), before.length === 0)),
    ...lost
      .filter((atom) => !isNarrowed(atom, after))
      .flatMap((atom) => lostCaller(plan, functionName, atom, address(atom, old, before))),
  ];
}

/** Tells whether the same caller is still let in, now through the function's URL only: a door that was too wide. */
function isNarrowed({ action, principal }: Atom, after: readonly Statement[]): boolean {
  return (
    principal === "*" &&
    after.some(
      ({ actions, principals, conditions }) =>
        actions.includes(action) && principals.includes(principal) && conditions.some(isThroughUrl),
    )
  );
}

function isThroughUrl({ key }: Condition): boolean {
  return key === "lambda:functionurlauthtype" || key === "lambda:invokedviafunctionurl";
}

function newCaller(plan: Plan, functionName: string, atom: Atom, address: string, isNew: boolean): Finding {
  const who = atom.principal === "*" ? "anybody" : show(atom.principal.replace(/^[A-Za-z]+:/, ""));
  const source = atom.conditions.find(({ key }) => key === "aws:sourcearn")?.values[0];
  const about = {
    rule: "permission",
    address,
    reason: `lets ${who} call ${show(functionName)}${source ? ` from ${show(source)}` : ""}`,
  };
  if (atom.principal === "*" && atom.conditions.some(isThroughUrl))
    return {
      ...about,
      severity: isNew || isCreated(plan, functionName) ? "notes" : "asks",
      consequence: "Anybody on the internet may call the function, through its URL only.",
      remedy: "None needed, if the function decides by itself who may do what.",
    };
  if (atom.principal === "*" && atom.conditions.length === 0)
    return {
      ...about,
      severity: "stops",
      consequence: "Anybody with an AWS account may invoke it directly, with an event of their own making.",
      remedy: "Add `invoked_via_function_url`, a `source_arn`, or name the principal.",
    };
  const isService = atom.principal.startsWith("Service:");
  if (isService && source !== undefined && !source.includes("*"))
    return {
      ...about,
      severity: "notes",
      consequence: "That source, and no other, may call it.",
      remedy: "None needed.",
    };
  return {
    ...about,
    severity: "asks",
    consequence: isService
      ? `${source ? "Every source that matches" : "Every source of that service, other accounts' included,"} may call it.`
      : "Another account, or a role of it, may call it directly.",
    remedy: "Name the exact source in `source_arn`.",
  };
}

function lostCaller(plan: Plan, functionName: string, atom: Atom, address: string): Finding[] {
  // A caller that goes as well needs no permission.
  if (
    ofType(plan, "aws_lambda_function").some(
      (change) => isLost(change) && pick(change.before, "function_name") === functionName,
    )
  )
    return [];
  const url = ofType(plan, "aws_lambda_function_url").find(
    (change) => pick(change.before, "function_name") === functionName,
  );
  const about = {
    rule: "permission",
    address,
    reason: `no longer lets ${show(atom.principal.replace(/^[A-Za-z]+:/, ""))} call ${show(functionName)}`,
  };
  if (atom.principal === "*") {
    if (!url || isLost(url)) return [];
    return [
      {
        ...about,
        severity: "stops",
        consequence:
          "The function's URL answers 403 to everybody: it needs both permissions, InvokeFunctionUrl and InvokeFunction.",
        remedy: "Keep both: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
      },
    ];
  }
  const source = atom.conditions.find(({ key }) => key === "aws:sourcearn")?.values[0] ?? "";
  const api = ofType(plan, "aws_apigatewayv2_api").find((change) =>
    source.startsWith(`${text(change.before, "execution_arn")}/`),
  );
  const route = ofType(plan, "aws_apigatewayv2_route").find(
    (change) =>
      pick(change.before, "api_id") === text(api?.before, "id") &&
      source.endsWith(`/${routePath(text(change.before, "route_key"))}`),
  );
  if (!api || isLost(api) || !route || isLost(route)) return [];
  return [
    {
      ...about,
      severity: "asks",
      consequence: `The route ${show(pick(route.before, "route_key"))} stays and answers 500, unless another function serves it now.`,
      remedy: "Keep the permission for as long as the route calls the function.",
    },
  ];
}

/** `POST /broadcast` is `POST/broadcast` in an ARN. */
function routePath(key = ""): string {
  return key.replace(" ", "");
}

function isCreated(plan: Plan, functionName: string): boolean {
  return ofType(plan, "aws_lambda_function_url").some(
    (change) => change.action === "create" && pick(change.after, "function_name") === functionName,
  );
}

/** Reads an argument, or what it would be if the resources that the plan replaces kept their names. */
function argument(context: Context, change: Change, side: "before" | "after", name: string): string | undefined {
  const value = side === "before" ? pick(change.before, name) : settled(context, change, name);
  return isAbsent(value) || value === "" ? undefined : String(value);
}

/** Functions are named by name or by ARN; both mean the same. */
function functionOf(context: Context, change: Change, side: "before" | "after"): string | undefined {
  return argument(context, change, side, "function_name")?.replace(/^arn:[^:]*:lambda:[^:]*:\d*:function:/, "");
}

/** Writes a permission as the statement that Lambda makes of it. */
function statement(context: Context, change: Change, side: "before" | "after"): Statement {
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
