import { patternProblem } from "../expressions/event-pattern";
import { StartError } from "../shared/errors";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import type { EventSourceDefinition, FunctionDefinition, QueueDefinition, TableDefinition } from "./model";
import type { Resource, Terraform } from "./terraform";

/** The most that Lambda takes; see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
const MOST_RECORDS = 10_000;
const LONGEST_WINDOW = 300;
const WITHOUT_WINDOW = 10;

/** Reads what calls functions with records of streams and messages of queues. AWS's own refusals are refusals here. */
export function readEventSources(
  terraform: Terraform,
  functions: readonly FunctionDefinition[],
  tables: readonly TableDefinition[],
  queues: readonly QueueDefinition[],
): EventSourceDefinition[] {
  const streams = new Map(
    terraform.all("aws_dynamodb_table").map((table) => [terraform.computed(table, "stream_arn"), table.text("name")]),
  );
  const enabled = terraform.all("aws_lambda_event_source_mapping").filter((mapping) => mapping.flag("enabled", true));
  const found = enabled.map((mapping): EventSourceDefinition => {
    const source = mapping.text("event_source_arn");
    const queue = queues.find(({ arn }) => arn === source);
    if (queue) return queueSource(mapping, functionOf(mapping, functions), queue);
    const table = tables.find(({ name }) => name === streams.get(source));
    if (!table) throw new StartError(`${mapping.address}: the source ${source} is not in the definition.`);
    if (!table.stream) throw new StartError(`${mapping.address}: the table ${table.name} has no stream.`);
    return streamSource(mapping, functionOf(mapping, functions), table, queues);
  });
  for (const [index, mapping] of enabled.entries()) {
    const twin = enabled.slice(0, index).find((other) => keyOf(other) === keyOf(mapping));
    if (twin)
      throw new StartError(`${mapping.address} has the function and the source of ${twin.address}: AWS refuses that.`);
  }
  return found;
}

const keyOf = (mapping: Resource) => `${mapping.text("event_source_arn")} ${mapping.text("function_name")}`;

/** Finds a function by its name or ARN. */
export function functionOf(resource: Resource, functions: readonly FunctionDefinition[]): FunctionDefinition {
  const name = resource.text("function_name");
  const target = functions.find((candidate) => [candidate.name, candidate.arn].includes(name));
  if (!target) throw new StartError(`${resource.address}: the function ${name} is not in the definition.`);
  return target;
}

/** Reads an integer within AWS's bounds. */
function integer(mapping: Resource, key: string, least: number, most: number, fallback: number): number {
  const value = mapping.has(key) ? mapping.number(key) : fallback;
  if (!Number.isInteger(value) || value < least || value > most)
    throw new StartError(`${mapping.address}: ${key} ${value} is refused by AWS: it takes ${least} to ${most}.`);
  return value;
}

function common(mapping: Resource, defaultBatch: number) {
  const types = mapping.texts("function_response_types");
  const unknown = types.find((type) => type !== "ReportBatchItemFailures");
  if (unknown !== undefined)
    throw new StartError(`${mapping.address}: function_response_types "${unknown}" is not emulated.`);
  const filters = mapping.block("filter_criteria")?.blocks("filter") ?? [];
  return {
    address: mapping.address,
    batchSize: integer(mapping, "batch_size", 1, MOST_RECORDS, defaultBatch),
    windowSeconds: integer(mapping, "maximum_batching_window_in_seconds", 0, LONGEST_WINDOW, 0),
    reportsFailures: types.length > 0,
    patterns: filters.map((filter) => patternOf(mapping, filter.text("pattern"))),
  };
}

function patternOf({ address }: Resource, text: string): JsonObject {
  const pattern = parseJson(text);
  if (!isObject(pattern)) throw new StartError(`${address}: the pattern ${text} is not a JSON object.`);
  const problem = patternProblem(pattern);
  if (problem !== undefined) throw new StartError(`${address}: the pattern ${text} ${problem}.`);
  return pattern;
}

/** Attributes that Lambda refuses for the other kind of source, at apply only. */
function refuse(mapping: Resource, keys: readonly string[], kind: string): void {
  const found = keys.find((key) => mapping.has(key));
  if (found !== undefined) throw new StartError(`${mapping.address}: ${found} is refused by AWS for a ${kind}.`);
}

function streamSource(
  mapping: Resource,
  target: FunctionDefinition,
  table: TableDefinition,
  queues: readonly QueueDefinition[],
): EventSourceDefinition {
  refuse(mapping, ["scaling_config"], "stream");
  const limit = (key: string, least: number, most: number) => {
    if (!mapping.has(key) || mapping.number(key) === -1) return undefined;
    return integer(mapping, key, least, most, -1);
  };
  if (integer(mapping, "parallelization_factor", 1, 10, 1) !== 1)
    throw new StartError(`${mapping.address}: a parallelization_factor above 1 is not emulated.`);
  const onFailure = mapping.block("destination_config")?.block("on_failure")?.text("destination_arn");
  if (onFailure !== undefined && !queues.some(({ arn }) => arn === onFailure))
    throw new StartError(`${mapping.address}: the destination ${onFailure} is not emulated: only queues are.`);
  return {
    kind: "stream",
    ...common(mapping, 100),
    function: target,
    table: table.name,
    start: mapping.oneOf("starting_position", ["TRIM_HORIZON", "LATEST"]),
    bisects: mapping.flag("bisect_batch_on_function_error", false),
    retries: limit("maximum_retry_attempts", 0, 10_000),
    maximumAgeSeconds: limit("maximum_record_age_in_seconds", 60, 604_800),
    onFailure,
  };
}

function queueSource(mapping: Resource, target: FunctionDefinition, queue: QueueDefinition): EventSourceDefinition {
  refuse(
    mapping,
    [
      ...["starting_position", "bisect_batch_on_function_error", "maximum_retry_attempts", "destination_config"],
      ...["maximum_record_age_in_seconds", "parallelization_factor"],
    ],
    "queue",
  );
  const shared = common(mapping, WITHOUT_WINDOW);
  if (shared.batchSize > WITHOUT_WINDOW && shared.windowSeconds < 1)
    throw new StartError(
      `${mapping.address}: Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10.`,
    );
  if (queue.visibilitySeconds < target.timeoutSeconds)
    throw new StartError(
      `${mapping.address}: the queue's visibility timeout of ${queue.visibilitySeconds} s is less than the function's timeout of ${target.timeoutSeconds} s: AWS refuses that.`,
    );
  const scaling = mapping.block("scaling_config");
  const concurrency = scaling?.has("maximum_concurrency") ? scaling.number("maximum_concurrency") : FIVE;
  if (scaling && (concurrency < 2 || concurrency > 1_000))
    throw new StartError(
      `${mapping.address}: maximum_concurrency ${concurrency} is refused by AWS: it takes 2 to 1000.`,
    );
  return { kind: "queue", ...shared, function: target, queue, concurrency };
}

/** The batches at once with which Lambda begins; here it stays with them. */
const FIVE = 5;
