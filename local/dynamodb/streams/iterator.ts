import { isObject, parseJson } from "../../shared/json";
import { dynamoDbError, invalid } from "../errors";

/** The time that an iterator can be used, in milliseconds. */
const LIFE = 15 * 60 * 1000;

/** Makes the text by which a client goes on reading a stream behind a sequence number. */
export function formatIterator(arn: string, after: number, now: number): string {
  return Buffer.from(JSON.stringify({ arn, after, until: now + LIFE })).toString("base64url");
}

/** Reads such a text. Throws a DynamoDbError if it is none or too old. */
export function parseIterator(text: string, now: number): { readonly arn: string; readonly after: number } {
  const found = parseJson(Buffer.from(text, "base64url").toString());
  if (!isObject(found)) throw invalid("Invalid ShardIterator");
  const { arn, after, until } = found;
  if (typeof arn !== "string" || typeof until !== "number") throw invalid("Invalid ShardIterator");
  if (typeof after !== "number" || !Number.isSafeInteger(after) || after < 0) throw invalid("Invalid ShardIterator");
  if (until <= now)
    throw dynamoDbError(
      "ExpiredIteratorException",
      "Iterator expired. The iterator was created more than 15 minutes ago.",
    );
  return { arn, after };
}
