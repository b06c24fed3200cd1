import type { Position } from "./cursor";

/** A part of a list. It may hold fewer items than asked for, even none, although more follow. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the list goes on; absent at its end. */
  readonly next?: Position;
}
