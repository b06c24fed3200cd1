/** The place where a list goes on. Only the store that returned it knows what it holds. */
export type Position = Readonly<Record<string, string>>;

/** A part of a list. It may hold fewer items than asked for, even none, although more follow. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The place where the list goes on; absent at its end. */
  readonly next?: Position;
}
