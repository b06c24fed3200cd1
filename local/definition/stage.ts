import { StartError } from "../shared/errors";
import { type AccessLogKind, compileAccessLog } from "../stage/access-log";
import type { ThrottleLimits } from "../stage/throttle";
import type { Block } from "./block";
import type { StageDefinition } from "./model";
import type { Resource, Terraform } from "./terraform";

/** Reads the stage of an API. @throws StartError unless there is exactly one */
export function readStage(terraform: Terraform, api: Resource, kind: AccessLogKind): StageDefinition {
  const id = terraform.computed(api, "id");
  const [stage, second] = terraform
    .all("aws_apigatewayv2_stage")
    .filter((candidate) => candidate.text("api_id") === id);
  if (!stage) throw new StartError(`${api.address} has no stage: nobody could reach it.`);
  if (second) throw new StartError(`${second.address}: a second stage of ${api.address} is not emulated.`);
  if (!stage.flag("auto_deploy", false))
    throw new StartError(
      `${stage.address} does not deploy itself: only auto_deploy is emulated, by which a stage serves the routes that are defined.`,
    );
  const settings = stage.block("default_route_settings");
  const keys = terraform
    .all("aws_apigatewayv2_route")
    .filter((route) => route.text("api_id") === id)
    .map((route) => route.text("route_key"));
  const ofRoutes = stage.blocks("route_settings").map((block) => {
    const key = block.text("route_key");
    if (!keys.includes(key))
      throw new StartError(
        `${block.address}: there is no route "${key}". AWS refuses settings of a route that is not there.`,
      );
    return [key, limitsIn(block)] as const;
  });
  const log = stage.block("access_log_settings");
  return {
    name: stage.text("name"),
    limits: settings && limitsIn(settings),
    routeLimits: Object.fromEntries(ofRoutes),
    accessLog: log && {
      logGroup: readLogGroup(terraform, log),
      format: compileAccessLog(log.text("format"), kind, log.address),
    },
  };
}

/** Reads a throttle. API Gateway takes a missing number for 0 and refuses every request. */
const limitsIn = (settings: Block): ThrottleLimits => ({
  rate: settings.has("throttling_rate_limit") ? settings.number("throttling_rate_limit") : 0,
  burst: settings.has("throttling_burst_limit") ? settings.number("throttling_burst_limit") : 0,
});

function readLogGroup(terraform: Terraform, log: Block): string {
  const arn = log.text("destination_arn");
  const group = terraform
    .all("aws_cloudwatch_log_group")
    .find((candidate) => terraform.computed(candidate, "arn") === arn);
  if (!group) throw new StartError(`${log.address}: the log group ${arn} is not in the definition.`);
  return group.text("name");
}
