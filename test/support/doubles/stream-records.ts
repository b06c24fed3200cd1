import type { AttributeValue } from "../../../runtime/dynamo/attribute-values";

type Row = Readonly<Record<string, string | number>>;
type Image = Record<string, AttributeValue>;

const imageOf = (row: Row): Image =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? { N: String(value) } : { S: value }]),
  );

/**
 * Returns the nth record of a table's change stream as Lambda hands it to functions; see
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function streamRecord(table: string, n: number, { before, after }: { before?: object; after?: object }) {
  const image = (row: object | undefined) => row && imageOf({ ...row } as Row);
  const [OldImage, NewImage] = [image(before), image(after)];
  return {
    eventID: `event-${n}`,
    eventName: OldImage ? (NewImage ? "MODIFY" : "REMOVE") : "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "ap-northeast-1",
    eventSourceARN: `arn:aws:dynamodb:ap-northeast-1:123456789012:table/${table}/stream/2026-03-04T05:06:07.089`,
    dynamodb: {
      ApproximateCreationDateTime: 1_772_600_767,
      Keys: { id: (NewImage ?? OldImage)?.id },
      ...(OldImage && { OldImage }),
      ...(NewImage && { NewImage }),
      SequenceNumber: sequenceOf(n),
      SizeBytes: 100,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}

/** Returns the sequence number of the nth record. */
export const sequenceOf = (n: number) => String(100_000_000_000_000_000_000n + BigInt(n));
