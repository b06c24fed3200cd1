import { isObject, type Json, type JsonObject } from "../shared/json";
import { invalidValue, missing, serviceError, sqsError } from "./errors";

// How the parameters of requests are read. Everything throws an SqsError for a value that SQS refuses.

/** Refuses a parameter that the operation does not have, or that is not emulated. */
export function requireKnown(input: JsonObject, operation: string, known: readonly string[]): void {
  const other = Object.keys(input).find((name) => !known.includes(name) && input[name] !== null);
  if (other !== undefined) throw invalidValue(`${operation} with the parameter ${other} is not emulated.`);
}

export function text(input: JsonObject, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined) throw missing(name);
  return value;
}

export function optionalText(input: JsonObject, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw wrongType(name, "a string");
  return value;
}

export function optionalInteger(input: JsonObject, name: string): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(name, "an integer");
  return value;
}

export function optionalObject(input: JsonObject, name: string): JsonObject | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && !isObject(value)) throw wrongType(name, "an object");
  return value;
}

/** An integer within bounds, or the default. */
export function bounded(input: JsonObject, name: string, least: number, most: number, fallback: number): number {
  const value = optionalInteger(input, name) ?? fallback;
  if (value < least || value > most)
    throw invalidValue(
      `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
    );
  return value;
}

export function texts(input: JsonObject, name: string): string[] {
  const value: Json = input[name] ?? [];
  if (!Array.isArray(value) || value.some((item: Json) => typeof item !== "string")) throw wrongType(name, "strings");
  return value.map(String);
}

/** The most entries of a batch, and bytes of all its messages; see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MOST_ENTRIES = 10;
export const MOST_BATCH_BYTES = 1024 * 1024;

/** The entries of a batch, each with an id of its own. */
export function entries(input: JsonObject): readonly (JsonObject & { readonly Id: string })[] {
  const value: Json = input.Entries ?? [];
  if (!Array.isArray(value)) throw wrongType("Entries", "a list");
  if (value.length === 0) throw sqsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (value.length > MOST_ENTRIES)
    throw sqsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${value.length}.`,
    );
  const seen = new Set<string>();
  return value.map((entry: Json) => {
    if (!isObject(entry)) throw wrongType("Entries", "a list of objects");
    const Id = text(entry, "Id");
    if (!/^[\w-]{1,80}$/.test(Id))
      throw sqsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    if (seen.has(Id)) throw sqsError("BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    seen.add(Id);
    return { ...entry, Id };
  });
}

const wrongType = (name: string, expected: string) =>
  serviceError("SerializationException", `${name} has to be ${expected}.`);
