import type { Finding } from "../../finding";
import { type Change, isChanged, isLost, ofType, type Plan } from "../../plan/plan";
import { equal, pick, text } from "../../plan/value";
import { show } from "../../report/show";
import { settled } from "../references";
import type { Context, Rule } from "../rule";

const PARTS = ["aws_apigatewayv2_route", "aws_apigatewayv2_integration", "aws_apigatewayv2_route_response"];
/** Attributes that no deployment has to carry to the stage. */
const WORDS = ["description", "operation_name"];

/**
 * Finds routes that change without reaching the stage. A stage serves its deployment: what the API was like when that
 * was made. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
 */
export const gatewayDeployments: Rule = {
  name: "deployment",
  judges: {
    aws_apigatewayv2_stage: ["deployment_id"],
    aws_apigatewayv2_route: ["target", "route_response_selection_expression"],
  },
  review: (context: Context) =>
    ofType(context.plan, "aws_apigatewayv2_api")
      .filter((api) => !isLost(api) && !deploysItself(context.plan, api))
      .flatMap((api) => {
        const parts = ofType(context.plan, ...PARTS)
          .filter((part) => belongsTo(api, part) && isChanged(part) && !context.told.has(part.address))
          .filter((part) => matters(context, part));
        if (parts.length === 0) return [];
        const deployments = ofType(context.plan, "aws_apigatewayv2_deployment").filter((one) => belongsTo(api, one));
        return judge(parts, deployments.filter(isChanged));
      }),
};

function judge(parts: readonly Change[], deployments: readonly Change[]): Finding[] {
  const [first] = parts as readonly [Change, ...Change[]];
  const more = parts.length === 1 ? "" : ` (and ${parts.length - 1} more of this API)`;
  if (!deployments.some(({ action }) => action === "create" || action === "replace"))
    return [
      {
        rule: "deployment",
        severity: "asks",
        address: first.address,
        reason: `${verb(first)}${more}, and the API gets no new deployment`,
        consequence: "The plan succeeds, and the stage goes on serving the API as it was.",
        remedy: "Put what changes into the deployment's `triggers`.",
      },
    ];
  const lost = parts.find(({ action, type }) => action === "delete" && type === "aws_apigatewayv2_route");
  if (!lost || !deployments.some(({ createsFirst }) => createsFirst)) return [];
  return [
    {
      rule: "deployment",
      severity: "asks",
      address: lost.address,
      reason: `is deleted, and the new deployment is made before that`,
      consequence: `The deployment still has the route ${show(pick(lost.before, "route_key"))}: clients reach it, and the next plan is empty.`,
      remedy: "Make a second deployment in a later change, or order the deployment after the deletion.",
    },
  ];
}

function verb({ action }: Change): string {
  return { create: "is created", delete: "is deleted", replace: "is replaced" }[action as string] ?? "changes";
}

function deploysItself(plan: Plan, api: Change): boolean {
  return ofType(plan, "aws_apigatewayv2_stage").some(
    (stage) =>
      belongsTo(api, stage) && pick(stage.action === "delete" ? stage.before : stage.after, "auto_deploy") === true,
  );
}

function belongsTo(api: Change, part: Change): boolean {
  const id = text(api.before, "id");
  if (id !== undefined) return [pick(part.before, "api_id"), pick(part.after, "api_id")].includes(id);
  // Two synths, or an API that is created: the part names the API by a reference.
  return [part.before, part.after, part.written].some((side) => text(side, "api_id") === `\${${api.address}.id}`);
}

function matters(context: Context, change: Change): boolean {
  const { action, before, after } = change;
  if (action !== "update") return true;
  const names = Object.keys((after ?? {}) as object);
  return names.some((name) => !WORDS.includes(name) && !equal(pick(before, name), settled(context, change, name)));
}
