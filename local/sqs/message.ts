import { createHash } from "node:crypto";
import { isObject, type Json, type JsonObject } from "../shared/json";
import { invalidValue, missing, sqsError } from "./errors";

/** A message of a queue. Times are epoch milliseconds. */
export interface Message {
  readonly id: string;
  readonly body: string;
  /** The attributes that its sender gave it, as the API has them. */
  readonly attributes: JsonObject | undefined;
  /** The id of the identity that sent it. */
  readonly sender: string;
  readonly sentAt: number;
  /** The time from which on it is handed out. */
  readonly visibleAt: number;
  /** The times that it was handed out. */
  readonly receives: number;
  readonly firstReceivedAt?: number;
  /** The tenant that it belongs to, if its sender said so. */
  readonly group?: string;
  /** The ARN of the queue that it is a dead letter of. */
  readonly deadLetterOf?: string;
}

/** A message that is to be sent. */
export interface Outgoing {
  readonly body: string;
  readonly attributes?: JsonObject | undefined;
  readonly sender: string;
  /** The seconds until it is handed out. @default - the queue's */
  readonly delaySeconds?: number | undefined;
  readonly group?: string | undefined;
}

const MOST_ATTRIBUTES = 10;
/** What XML 1.0 can hold: https://www.w3.org/TR/xml/#charsets */
const CONTENTS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

export const md5 = (text: string | Buffer) => createHash("md5").update(text).digest("hex");

/** Checks what a message says and returns its bytes, attributes included. */
export function sizeOf({ body, attributes }: Pick<Outgoing, "body" | "attributes">): number {
  if (body === "") throw missing("MessageBody");
  if (!CONTENTS.test(body))
    throw sqsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are those of XML 1.0.",
    );
  const sizes = partsOf(attributes).map(({ name, type, value }) => name.length + type.length + value.length);
  return Buffer.byteLength(body) + sizes.reduce((sum, size) => sum + size, 0);
}

/** The MD5 of attributes as AWS's clients compute it, undefined if there are none. */
export function attributesMd5(attributes: JsonObject | undefined): string | undefined {
  const parts = partsOf(attributes);
  if (parts.length === 0) return undefined;
  const sized = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  };
  return md5(
    Buffer.concat(
      parts
        .sort((a, b) => Buffer.compare(a.name, b.name))
        .flatMap(({ name, type, binary, value }) => [
          ...[...sized(name), ...sized(type), Buffer.from([binary ? 2 : 1])],
          ...sized(value),
        ]),
    ),
  );
}

/** Splits attributes into what is counted and hashed. Throws an SqsError for what SQS refuses. */
function partsOf(attributes: JsonObject | undefined) {
  const entries = Object.entries(attributes ?? {});
  if (entries.length > MOST_ATTRIBUTES)
    throw invalidValue(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  return entries.map(([name, attribute]) => {
    if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name) || /^(aws|amazon)\./i.test(name))
      throw invalidValue(`Invalid message attribute name: ${name}.`);
    const { DataType, StringValue, BinaryValue } = isObject(attribute) ? attribute : ({} as JsonObject);
    const type = textOf(DataType);
    const kind = type?.split(".")[0];
    if (type === undefined || !["String", "Number", "Binary"].includes(kind ?? ""))
      throw invalidValue(`The message attribute '${name}' has an invalid message attribute type.`);
    const binary = kind === "Binary";
    const value = textOf(binary ? BinaryValue : StringValue);
    if (value === undefined || value === "")
      throw invalidValue(`The message attribute '${name}' must contain a non-empty value of type ${kind}.`);
    return {
      name: Buffer.from(name),
      type: Buffer.from(type),
      binary,
      value: Buffer.from(value, binary ? "base64" : "utf8"),
    };
  });
}

const textOf = (value: Json | undefined) => (typeof value === "string" ? value : undefined);

/** A message's attributes of SQS's own, all of them texts, as both the API and functions see them. */
export function systemAttributes(message: Message): Record<string, string> {
  const { receives, sentAt, sender, firstReceivedAt, group, deadLetterOf } = message;
  return {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(sentAt),
    SenderId: sender,
    ...(firstReceivedAt !== undefined && { ApproximateFirstReceiveTimestamp: String(firstReceivedAt) }),
    ...(group !== undefined && { MessageGroupId: group }),
    ...(deadLetterOf !== undefined && { DeadLetterQueueSourceArn: deadLetterOf }),
  };
}
