/** What Lambda hands a function that reads change streams of tables. */
import * as z from "zod/mini";
import { plainItem, streamImage } from "../../runtime/dynamo/attribute-values";

const record = z.object({
  /** The same whenever the record is told again. */
  eventID: z.string(),
  eventSourceARN: z.string(),
  dynamodb: z.object({
    /** In seconds since 1970. */
    ApproximateCreationDateTime: z.number(),
    /** The number by which a function says which record it failed at. */
    SequenceNumber: z.string(),
    NewImage: z.optional(streamImage),
    OldImage: z.optional(streamImage),
  }),
});

/** The changes of tables (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html). */
export const streamEvent = z.object({ Records: z.array(record) });

export type StreamRecord = z.output<typeof record>;

/** Returns the item before a change and after it; undefined where there is none. */
export function imagesOf({ dynamodb: { OldImage, NewImage } }: StreamRecord) {
  return { before: OldImage && plainItem(OldImage), after: NewImage && plainItem(NewImage) };
}

/** Returns the name of the table that a record is of: its ARN is `…:table/<name>/stream/<time>`. */
export const tableOf = ({ eventSourceARN }: StreamRecord): string | undefined =>
  /:table\/([^/]+)\/stream\//.exec(eventSourceARN)?.[1];
