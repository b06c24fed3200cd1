import { randomUUID } from "node:crypto";
import type { StreamRecord } from "../dynamodb/streams/reader";

/** The records of a stream that were given up, and why. */
export interface GivenUp {
  readonly functionArn: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly invokeCount: number;
  /** Null if the function answered, and said that they failed. */
  readonly functionError: "Unhandled" | null;
  readonly records: readonly StreamRecord[];
  readonly now: number;
}

/**
 * The message about records that were given up. It holds none of them, but where they are in the stream.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function givenUpMessage(given: GivenUp): string {
  const { functionArn, streamArn, shardId, condition, invokeCount, functionError, records, now } = given;
  const [first, last] = [records[0], records.at(-1)];
  const arrival = (record: StreamRecord | undefined) =>
    record && new Date(record.createdAt * 1000).toISOString().replace(".000Z", "Z");
  return JSON.stringify({
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    ...(invokeCount > 0 && {
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError },
    }),
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn,
    },
  });
}
