import * as z from "zod/mini";

/** The fields that every resource has, as it is shown. */
export const created = {
  id: z.string().check(z.meta({ format: "uuid" })),
  created_at: z.string().check(z.meta({ format: "date-time", description: "ISO 8601 with milliseconds, in UTC." })),
};

/** A resource's place in a list that is sorted by creation. */
export interface Created {
  readonly id: string;
  readonly created_at: string;
}

/** The fields that every resource has that its author can change, as it is shown. */
export const changeable = {
  author_id: z.string().check(z.meta({ description: "The uid of the user who wrote it, and whose it is." })),
  version: z.int().check(z.minimum(1), z.meta({ description: "Counts the changes to what the author wrote." })),
  updated_at: z.string().check(z.meta({ format: "date-time", description: "As created_at, of the last change." })),
};

/** Returns whether a text can be an id. Ids are UUIDs in lower case; whatever is not one names nothing. */
export const isId = (value: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value);

/**
 * Compares two resources for sorting, the newest first. Of two that were created in the same millisecond the larger id
 * comes first, so that the order is total.
 */
export function newestFirst(a: Created, b: Created): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? 1 : -1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}

/** The services that creating a resource needs from outside. */
export interface Creation {
  now(): Date;
  newId(): string;
}
