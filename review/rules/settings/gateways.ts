import { isAbsent } from "../../plan/value";
import type { Row } from "../rule";
import { table } from "./table";
import { becomes, changed, lowered, removed, turnedOff, turnedOn } from "./tests";

const [api, route, integration, stage] = [
  "aws_apigatewayv2_api",
  "aws_apigatewayv2_route",
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_stage",
];

const rows: readonly Row[] = [
  {
    type: route,
    attribute: "authorization_type",
    when: (before, after) => !isAbsent(before) && before !== "NONE" && (after === "NONE" || isAbsent(after)),
    severity: "stops",
    consequence: "Anybody on the internet may call the route.",
    remedy: "Keep the authorization.",
  },
  {
    type: route,
    attribute: "authorization_type",
    when: (before, after) => changed(before, after) && !isAbsent(after) && after !== "NONE",
    severity: "asks",
    consequence: "Callers that the route accepted so far are refused.",
    remedy: "Change the callers first.",
  },
  {
    type: route,
    attribute: "authorizer_id",
    when: changed,
    severity: "asks",
    consequence: "Another authorizer decides who may call.",
    remedy: "Read its code and what it accepts.",
  },
  {
    type: route,
    attribute: "api_key_required",
    when: turnedOff,
    severity: "asks",
    consequence: "The route may be called without an API key.",
    remedy: "Keep it.",
  },
  {
    type: route,
    attribute: "route_key",
    when: changed,
    severity: "asks",
    consequence: "The old path answers 404, and permissions that name it no longer match.",
    remedy: "Add the new route, move the callers, and remove the old one later.",
  },
  {
    type: integration,
    attribute: "integration_uri",
    when: changed,
    severity: "notes",
    consequence: "Another function answers.",
    remedy: "None needed, if it has its permission and the stage a new deployment.",
  },
  {
    type: integration,
    attribute: "payload_format_version",
    when: changed,
    severity: "asks",
    consequence: "The function gets events of another shape.",
    remedy: "Change the function in the same change.",
  },
  {
    type: integration,
    attribute: "timeout_milliseconds",
    when: lowered,
    severity: "asks",
    consequence: "Calls that take longer are answered with an error while the function goes on.",
    remedy: "Compare with the function's longest duration of the last weeks.",
  },
  {
    type: api,
    attribute: "disable_execute_api_endpoint",
    when: turnedOn,
    severity: "stops",
    consequence: "Clients at the address that AWS made are cut, and so is the broadcaster, which sends through it.",
    remedy: "Move clients and broadcaster to the custom domain first.",
  },
  {
    type: api,
    attribute: "route_selection_expression",
    when: changed,
    severity: "asks",
    consequence: "Messages are sorted by another field: those of old clients go to `$default`.",
    remedy: "Change the clients first.",
  },
  {
    type: stage,
    attribute: "access_log_settings",
    when: removed,
    severity: "asks",
    consequence: "Nobody sees any more who called what.",
    remedy: "Keep the access log.",
  },
  {
    type: stage,
    attribute: "default_route_settings.data_trace_enabled",
    when: turnedOn,
    severity: "asks",
    consequence: "Whole messages, tokens included, are written to the logs.",
    remedy: "Leave it off outside a search for one error.",
  },
  {
    type: stage,
    attribute: "default_route_settings.logging_level",
    when: becomes("INFO"),
    severity: "asks",
    consequence: "The logs hold every request, tokens in its query included.",
    remedy: "Use `ERROR` or `OFF`.",
  },
  {
    type: stage,
    attribute: "default_route_settings.detailed_metrics_enabled",
    when: turnedOn,
    severity: "notes",
    consequence: "Every route has metrics of its own, which are paid for.",
    remedy: "None needed.",
  },
  {
    type: stage,
    attribute: "auto_deploy",
    when: turnedOff,
    severity: "asks",
    consequence: "Changes of routes no longer reach the stage by themselves.",
    remedy: "Give the stage a deployment that is replaced when a route changes.",
  },
  {
    type: "aws_lambda_function_url",
    attribute: "authorization_type",
    when: becomes("AWS_IAM"),
    severity: "stops",
    consequence: "Every caller without an AWS signature gets 403: all browsers and apps.",
    remedy: "Keep `NONE`, and let the function decide who may call.",
  },
  {
    type: "aws_lambda_function_url",
    attribute: "invoke_mode",
    when: changed,
    severity: "asks",
    consequence: "The function's answers are read in another form.",
    remedy: "Change the function in the same change.",
  },
];

/** Finds routes and gateways that let others in, or that callers no longer find. */
export const gateways = table("gateways", rows);
