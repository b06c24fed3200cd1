import { isAbsent, items, pick, text, UNKNOWN, type Value } from "../../plan/value";
import type { Row } from "../rule";
import { table } from "./table";
import { lowered, raised } from "./tests";

/** API Gateway takes a limit that is missing beside the other as 0: https://github.com/hashicorp/terraform-provider-aws/issues/14742 */
const isZero = (_: Value, after: Value): boolean => after !== UNKNOWN && (isAbsent(after) || after === 0);
const limits = ["throttling_rate_limit", "throttling_burst_limit"];

const stageRows = limits.flatMap((limit): Row[] => {
  const of = (settings: string) => ({ type: "aws_apigatewayv2_stage", attribute: `${settings}.${limit}` });
  const sent = (settings: string, value: Value) => items(pick(value, settings)).length > 0;
  return [
    {
      ...of("default_route_settings"),
      when: (before, after, change) => sent("default_route_settings", change.after) && isZero(before, after),
      alsoNew: true,
      severity: "stops",
      consequence: "API Gateway takes a missing limit as 0 and answers every call and every connection with 429.",
      remedy: "Set both limits.",
    },
    {
      ...of("default_route_settings"),
      when: (before, after) => lowered(before, after) && after !== 0,
      severity: "asks",
      consequence: "Clients get 429 sooner.",
      remedy: "Compare with the busiest minute of the last weeks.",
    },
    {
      ...of("default_route_settings"),
      when: raised,
      severity: "notes",
      consequence: "More calls get through. All gateways of an account and region share 10,000 a second.",
      remedy: "None needed.",
    },
  ];
});

/** Returns a limit of each route that has its own: they are a set, in which a route has no place of its own. */
function limitsOf(value: Value, limit: string): ReadonlyMap<string, Value> {
  return new Map(items(value).map((settings) => [text(settings, "route_key") ?? "", pick(settings, limit)]));
}

/** Makes a test of the limits that routes have of their own, before and after, for one that any of them passes. */
const anyRoute = (test: (before: Value, after: Value) => boolean) => (before: Value, after: Value) =>
  after !== UNKNOWN &&
  limits.some((limit) => {
    const old = limitsOf(before, limit);
    return [...limitsOf(after, limit)].some(([route, value]) => test(old.get(route), value));
  });

const ofRoutes = { type: "aws_apigatewayv2_stage", attribute: "route_settings" };
const routeRows: readonly Row[] = [
  {
    ...ofRoutes,
    when: anyRoute(isZero),
    alsoNew: true,
    severity: "stops",
    consequence: "API Gateway takes a missing limit as 0 and answers every call of that route with 429.",
    remedy: "Set both limits.",
  },
  {
    ...ofRoutes,
    when: anyRoute((before, after) => lowered(before, after) && after !== 0),
    severity: "asks",
    consequence: "Clients get 429 sooner on that route.",
    remedy: "Compare with the busiest minute of the last weeks.",
  },
  {
    ...ofRoutes,
    when: anyRoute(raised),
    severity: "notes",
    consequence: "More calls get through. All gateways of an account and region share 10,000 a second.",
    remedy: "None needed.",
  },
  {
    ...ofRoutes,
    when: (before, after) =>
      after !== UNKNOWN &&
      [...limitsOf(before, "route_key").keys()].some((route) => !limitsOf(after, "route_key").has(route)),
    severity: "asks",
    consequence: "A route has no limits of its own any more: a flood of its calls takes those of the whole stage.",
    remedy: "Keep the settings of the route as long as there is the route.",
  },
];

const rows: readonly Row[] = [
  ...stageRows,
  ...routeRows,
  {
    type: "aws_apigatewayv2_stage",
    attribute: "default_route_settings",
    when: (before, after) => items(before).length > 0 && isAbsent(after),
    severity: "stops",
    consequence: "The limits are gone: the provider sends 0, or nothing throttles any more.",
    remedy: "Keep the settings, with both limits.",
  },
  {
    type: "aws_lambda_function",
    attribute: "reserved_concurrent_executions",
    when: (before, after) => after === 0 && before !== 0,
    alsoNew: true,
    severity: "stops",
    consequence: "Every call of the function is refused.",
    remedy: "Set -1 for no reservation.",
  },
  {
    type: "aws_lambda_function",
    attribute: "reserved_concurrent_executions",
    when: (before, after) =>
      typeof after === "number" && after > 0 && (typeof before !== "number" || before < 0 || after < before),
    severity: "asks",
    consequence: "No more than that many calls run at once; the rest gets 429. The number is taken from the account's.",
    remedy: "Compare with the function's highest concurrency of the last weeks.",
  },
  ...["max_read_request_units", "max_write_request_units"].map(
    (attribute): Row => ({
      type: "aws_dynamodb_table",
      attribute: `on_demand_throughput.${attribute}`,
      when: (before, after) => lowered(before, after) || (isAbsent(before) && typeof after === "number" && after > 0),
      severity: "asks",
      consequence: "Requests above that many units a second are throttled.",
      remedy: "Compare with the table's busiest minute of the last weeks.",
    }),
  ),
  ...["read_capacity", "write_capacity"].map(
    (attribute): Row => ({
      type: "aws_dynamodb_table",
      attribute,
      when: (before, after, change) => pick(change.before, "billing_mode") === "PROVISIONED" && lowered(before, after),
      severity: "asks",
      consequence: "Requests above that many units a second are throttled.",
      remedy: "Compare with the table's busiest minute of the last weeks.",
    }),
  ),
  {
    type: "aws_lambda_event_source_mapping",
    attribute: "scaling_config.maximum_concurrency",
    when: lowered,
    severity: "asks",
    consequence: "The queue is emptied more slowly.",
    remedy: "Compare with the queue's longest backlog.",
  },
];

/** Finds limits that let fewer calls through. */
export const throttling = table("throttling", rows);
