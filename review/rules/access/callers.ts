import type { Finding } from "../../finding";
import { isLost, ofType, type Plan } from "../../plan/plan";
import { pick, text } from "../../plan/value";
import type { Condition } from "../../policy/document";
import type { Atom } from "../../policy/widening";
import { show } from "../../report/show";

/** Tells whether a condition lets callers in through the URL of the function only. */
export function isThroughUrl({ key }: Condition): boolean {
  return key === "lambda:functionurlauthtype" || key === "lambda:invokedviafunctionurl";
}

/** Says what it means that a function lets in a caller whom it did not let in before. */
export function newCaller(plan: Plan, functionName: string, atom: Atom, address: string, isNew: boolean): Finding {
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

/** Says what it means that a function no longer lets a caller in, if that harms anybody. */
export function lostCaller(plan: Plan, functionName: string, atom: Atom, address: string): Finding[] {
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
