import type { Engine } from "../engine";
import { dynamoDbError, invalid, notFound } from "../errors";
import { newTableName } from "../requests/parameters";
import { integer, oneOf, required, structure, text } from "../requests/shape";
import { tableName as nameOf } from "../storage/catalog";
import { formatIterator, parseIterator } from "../streams/iterator";
import { parseSequence, recordOf, shownSequence } from "../streams/records";
import { RETENTION, type Stream, shardOf } from "../streams/streams";
import { describeKey } from "../tables/description";
import { operation } from "./operation";

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
const MOST_STREAMS = 100;
const MOST_RECORDS = 1000;
const MOST_BYTES = 1024 * 1024;
const streamArn = text({ min: 37, max: 1024 });
const shardId = text({ min: 28, max: 65 });

export const listStreams = operation(
  structure("ListStreamsInput", {
    TableName: newTableName,
    Limit: integer({ min: 1, max: MOST_STREAMS }),
    ExclusiveStartStreamArn: streamArn,
  }),
  ({ TableName, Limit = MOST_STREAMS, ExclusiveStartStreamArn: start }, { streams }) => {
    const name = TableName === undefined ? undefined : nameOf(TableName);
    const found = streams
      .all()
      .filter(
        ({ tableName, arn }) => (name === undefined || tableName === name) && (start === undefined || arn > start),
      )
      .sort((a, b) => (a.arn < b.arn ? -1 : 1));
    const page = found.slice(0, Limit);
    return {
      Streams: page.map(({ arn, label, tableName }) => ({ StreamArn: arn, TableName: tableName, StreamLabel: label })),
      LastEvaluatedStreamArn: found.length > Limit ? page.at(-1)?.arn : undefined,
    };
  },
);

export const describeStream = operation(
  structure("DescribeStreamInput", {
    StreamArn: required(streamArn),
    Limit: integer({ min: 1, max: MOST_STREAMS }),
    ExclusiveStartShardId: shardId,
    ShardFilter: structure("ShardFilter", { Type: required(oneOf("CHILD_SHARDS")), ShardId: required(shardId) }),
  }),
  ({ StreamArn, ExclusiveStartShardId: start, ShardFilter }, engine) => {
    const stream = find(engine, StreamArn);
    const shard = {
      ShardId: shardOf(stream),
      SequenceNumberRange: {
        StartingSequenceNumber: shownSequence(stream.startsAfter + 1),
        EndingSequenceNumber: stream.closed && shownSequence(stream.closed.sequence),
      },
    };
    return {
      StreamDescription: {
        StreamArn: stream.arn,
        StreamLabel: stream.label,
        StreamStatus: stream.closed ? "DISABLED" : "ENABLED",
        StreamViewType: stream.viewType,
        CreationRequestDateTime: stream.createdAt / 1000,
        TableName: stream.tableName,
        KeySchema: describeKey(stream.key),
        // The one shard has no children.
        Shards: start === shard.ShardId || ShardFilter ? [] : [shard],
      },
    };
  },
);

export const getShardIterator = operation(
  structure("GetShardIteratorInput", {
    StreamArn: required(streamArn),
    ShardId: required(shardId),
    ShardIteratorType: required(oneOf("TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")),
    SequenceNumber: text({ min: 21, max: 40 }),
  }),
  ({ StreamArn, ShardId, ShardIteratorType: type, SequenceNumber }, engine) => {
    const stream = find(engine, StreamArn);
    if (ShardId !== shardOf(stream))
      throw notFound(`Requested resource not found: Shard: ${ShardId} in Stream: ${StreamArn} not found`);
    const bySequence = type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER";
    if (bySequence && SequenceNumber === undefined)
      throw invalid(`SequenceNumber must be specified when ShardIteratorType is ${type}`);
    if (!bySequence && SequenceNumber !== undefined)
      throw invalid(`SequenceNumber must not be specified when ShardIteratorType is ${type}`);
    const after = bySequence
      ? startAt(engine, stream, SequenceNumber ?? "", type === "AT_SEQUENCE_NUMBER")
      : type === "LATEST"
        ? engine.streams.recorder.latest
        : 0;
    return { ShardIterator: formatIterator(stream.arn, after, engine.clock.now()) };
  },
);

export const getRecords = operation(
  structure("GetRecordsInput", {
    ShardIterator: required(text({ min: 1, max: 2048 })),
    Limit: integer({ min: 1, max: MOST_RECORDS }),
  }),
  async ({ ShardIterator, Limit = MOST_RECORDS }, engine) => {
    const { arn, after } = parseIterator(ShardIterator, engine.clock.now());
    const stream = find(engine, arn);
    const entries = await engine.streams.read(stream, after, Limit);
    const page = entries.slice(0, within(entries.map(({ record }) => record.size)));
    const last = page.at(-1)?.sequence ?? after;
    // A stream that is switched off ends where its last record was read.
    const ended = stream.closed !== undefined && page.length === entries.length && entries.length < Limit;
    return {
      Records: page.map(({ sequence, record }) =>
        recordOf(stream.arn, stream.viewType, engine.place.region, sequence, record),
      ),
      NextShardIterator: ended ? undefined : formatIterator(arn, last, engine.clock.now()),
    };
  },
);

/** Counts the records that fit into an answer, at least one. */
function within(sizes: readonly number[]): number {
  let bytes = 0;
  const end = sizes.findIndex((size, index) => {
    bytes += size;
    return index > 0 && bytes > MOST_BYTES;
  });
  return end < 0 ? sizes.length : end;
}

function find({ streams }: Engine, arn: string): Stream {
  if (!/^arn:[^:]+:dynamodb:[^:]*:\d*:table\/[^/]+\/stream\/.+$/.test(arn)) throw invalid(`Invalid StreamArn: ${arn}`);
  const stream = streams.find(arn);
  if (!stream) throw notFound(`Requested resource not found: Stream: ${arn} not found`);
  return stream;
}

function startAt({ streams, clock }: Engine, stream: Stream, shown: string, inclusive: boolean): number {
  const sequence = parseSequence(shown);
  if (sequence === undefined) throw invalid(`Invalid SequenceNumber: ${shown}`);
  if (sequence > streams.recorder.latest + 1 || sequence <= stream.startsAfter)
    throw invalid(`Invalid SequenceNumber: ${shown} is not of the shard`);
  // Sequence numbers are microseconds, but for those that had to be later than the one before.
  if (Math.floor(sequence / 1000) <= clock.now() - RETENTION)
    throw dynamoDbError(
      "TrimmedDataAccessException",
      "The operation attempted to read past the oldest stream record in a shard.",
    );
  return inclusive ? sequence - 1 : sequence;
}
