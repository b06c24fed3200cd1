import { createHash } from "node:crypto";
import type { Clock } from "../../shared/clock";
import type { JsonObject } from "../../shared/json";
import { keyNames, type Table, type TableStream } from "../schema/table";
import { recordKey } from "../storage/keys";
import type { Transaction } from "../storage/writer";
import { type Item, pick } from "../values/attribute-value";
import { equalItems } from "../values/compare";
import { itemSize } from "../values/size";

/** The identity that records give to the deletion of expired items. */
const TIME_TO_LIVE = { type: "Service", principalId: "dynamodb.amazonaws.com" } as const;

/** A change of an item. */
export interface ItemChange {
  readonly table: Table;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** Marks an item that was deleted because its time was over. */
  readonly expired?: boolean;
}

/** A record as it is stored; see `recordOf` for how it is answered. */
export interface StoredRecord {
  /** The time of the change, in milliseconds. */
  readonly at: number;
  readonly name: "INSERT" | "MODIFY" | "REMOVE";
  readonly keys: Item;
  readonly newImage?: Item;
  readonly oldImage?: Item;
  readonly size: number;
  readonly expired?: true;
}

/** Writes the records of changes, with sequence numbers that never go back. */
export class Recorder {
  private last = 0;

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** Goes on after a sequence number that was used before. */
  resume(last: number): void {
    this.last = Math.max(this.last, last);
  }

  /** Writes the record of a change, unless the table has no stream or the change none: what changes nothing is no event. */
  record(transaction: Transaction, stream: TableStream, change: ItemChange): void {
    const record = recordedChange(stream, change, this.clock.now());
    if (record) transaction.put(recordKey(stream.id, this.nextSequence()), JSON.stringify(record));
  }

  /** The last sequence number that was given out. */
  get latest(): number {
    return this.last;
  }

  /**
   * Microseconds of the clock, or one more than the last if that is not later: what is trimmed away need not be
   * remembered, and numbers stay below 2^53 until the year 2255.
   */
  private nextSequence(): number {
    this.last = Math.max(this.last + 1, this.clock.now() * 1000);
    return this.last;
  }
}

function recordedChange(
  { viewType }: TableStream,
  { table, before, after, expired }: ItemChange,
  at: number,
): StoredRecord | undefined {
  const item = after ?? before;
  if (!item || (before && after && equalItems(before, after))) return undefined;
  const keys = pick(item, keyNames(table.key));
  const newImage = viewType === "NEW_IMAGE" || viewType === "NEW_AND_OLD_IMAGES" ? after : undefined;
  const oldImage = viewType === "OLD_IMAGE" || viewType === "NEW_AND_OLD_IMAGES" ? before : undefined;
  return {
    at,
    name: before ? (after ? "MODIFY" : "REMOVE") : "INSERT",
    keys,
    ...(newImage && { newImage }),
    ...(oldImage && { oldImage }),
    size: itemSize(keys) + (newImage ? itemSize(newImage) : 0) + (oldImage ? itemSize(oldImage) : 0),
    ...(expired && { expired }),
  };
}

/** A sequence number as the API shows it: 21 digits, so that text sorts as numbers do. */
export const shownSequence = (sequence: number) => `1${String(sequence).padStart(20, "0")}`;

/** The sequence number that is shown in this way; undefined if it is none. */
export const parseSequence = (shown: string) => (/^1\d{20}$/.test(shown) ? Number(shown.slice(1)) : undefined);

/** A record as GetRecords answers it, and as a function is given it but for the ARN. */
export function recordOf(
  streamArn: string,
  viewType: string,
  region: string,
  sequence: number,
  stored: StoredRecord,
): JsonObject {
  const { at, name, keys, newImage, oldImage, size, expired } = stored;
  return {
    // The same each time the record is read.
    eventID: createHash("md5").update(`${streamArn}/${sequence}`).digest("hex"),
    eventName: name,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(at / 1000),
      Keys: keys,
      ...(newImage && { NewImage: newImage }),
      ...(oldImage && { OldImage: oldImage }),
      SequenceNumber: shownSequence(sequence),
      SizeBytes: size,
      StreamViewType: viewType,
    },
    ...(expired && { userIdentity: TIME_TO_LIVE }),
  } as unknown as JsonObject;
}
