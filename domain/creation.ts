/** What everything that is created has. */
export interface Created {
  readonly id: string;
  /** ISO 8601 with milliseconds, in UTC. */
  readonly created_at: string;
}

/** Ids are UUIDs in lower case; whatever is not one names nothing. */
export const isId = (value: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value);

/** Newest first; of two made in the same millisecond, the larger id first, so that the order is total. */
export function newestFirst(a: Created, b: Created): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? 1 : -1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
