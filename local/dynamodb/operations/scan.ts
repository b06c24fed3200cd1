import { invalid } from "../errors";
import { Placeholders } from "../expressions/placeholders";
import { conditionalOperator, conditions, readFilter } from "../legacy/conditions";
import { restOf } from "../reading/key-range";
import { readPage } from "../reading/page";
import { checkSelect, INVALID_START, Source } from "../reading/source";
import {
  attributesToGet,
  checkAttributesToGet,
  checkConditionalOperator,
  checkMixture,
  placeholders,
  readCondition,
  readProjection,
} from "../requests/expressions";
import { indexName, item, returnConsumedCapacity, tableName } from "../requests/parameters";
import { flag, integer, oneOf, required, structure, text } from "../requests/shape";
import { keyMismatch, partsOf } from "../schema/keys";
import { segmentRange } from "../storage/keys";
import { operation } from "./operation";
import { readStartKey } from "./start-key";

const MOST_SEGMENTS = 1_000_000;

const shape = structure("ScanInput", {
  TableName: required(tableName),
  IndexName: indexName,
  AttributesToGet: attributesToGet,
  Limit: integer({ min: 1 }),
  Select: oneOf("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
  ScanFilter: conditions,
  ConditionalOperator: conditionalOperator,
  ExclusiveStartKey: item,
  ReturnConsumedCapacity: returnConsumedCapacity,
  TotalSegments: integer({ min: 1, max: MOST_SEGMENTS }),
  Segment: integer({ min: 0, max: MOST_SEGMENTS - 1 }),
  ProjectionExpression: text(),
  FilterExpression: text(),
  ...placeholders,
  ConsistentRead: flag,
});

export const scan = operation(shape, (request, engine) => {
  checkMixture(
    request,
    ["ProjectionExpression", "FilterExpression"],
    ["AttributesToGet", "ScanFilter", "ConditionalOperator"],
  );
  checkConditionalOperator(request.ConditionalOperator, request.ScanFilter);
  checkAttributesToGet(request.AttributesToGet);
  const filter = request.ScanFilter && readFilter(request.ScanFilter, request.ConditionalOperator);
  const start = readStartKey(request.ExclusiveStartKey);
  const { Segment: segment = 0, TotalSegments: total = 1 } = request;
  checkSegments(request.Segment, request.TotalSegments);
  const given = new Placeholders(request);
  const condition = filter ?? readCondition("FilterExpression", request.FilterExpression, given);
  const projection = readProjection(request, given);
  given.checkUsed();
  checkSelect(request);

  const table = engine.catalog.get(request.TableName);
  const source = Source.of(table, request.IndexName, request.ConsistentRead);
  const range = segmentRange(source.prefix, segment, total);
  if (start) {
    const mismatch = `${INVALID_START}: ${keyMismatch().message}`;
    source.checkStartSize(start, source.index ? INVALID_START : mismatch);
    if (source.index) for (const part of partsOf(source.key)) source.checkStartPart(start, part);
  }
  source.readsTable(request.Select, projection);
  if (start) source.checkStartTableKey(start);
  const startsAt = start && source.entryKey(start);
  if (startsAt !== undefined && (startsAt < range.from || startsAt >= range.before))
    throw invalid(
      "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. " +
        `TotalSegments: ${total} Segment: ${segment}`,
    );
  return readPage(engine, {
    source,
    range: startsAt === undefined ? range : restOf(range, startsAt, false),
    filter: condition,
    projection,
    select: request.Select,
    limit: request.Limit,
    consistent: request.ConsistentRead ?? false,
    capacity: request.ReturnConsumedCapacity,
  });
});

function checkSegments(segment: number | undefined, total: number | undefined): void {
  if (segment !== undefined && total === undefined)
    throw invalid(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  if (segment === undefined && total !== undefined)
    throw invalid(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  if (segment !== undefined && total !== undefined && segment >= total)
    throw invalid(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: " +
        `Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
}
