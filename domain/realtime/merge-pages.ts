interface Placed {
  readonly place: string;
}

/**
 * Merges sources whose items ascend by place into pages that ascend by place, with each place once. One page of each
 * source is in memory at a time. A page that is returned is never empty.
 */
export async function* mergePages<Item extends Placed>(
  sources: readonly AsyncIterable<readonly Item[]>[],
): AsyncGenerator<readonly Item[]> {
  const cursors = sources.map((source) => cursorOf(source));
  for (;;) {
    await Promise.all(cursors.map((cursor) => cursor.fill()));
    const open = cursors.filter((cursor) => cursor.last() !== undefined);
    const [only, another] = open;
    if (!only) return;
    if (!another) yield only.takeUntil(undefined);
    else {
      // Beyond the end of the page that ends first, its source may have items that nobody has read yet.
      const until = open.map((cursor) => cursor.last()).reduce((a = "", b = "") => (b < a ? b : a));
      const byPlace = new Map(open.flatMap((cursor) => cursor.takeUntil(until)).map((item) => [item.place, item]));
      yield [...byPlace.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
    }
  }
}

/** Reads a source page by page. */
function cursorOf<Item extends Placed>(source: AsyncIterable<readonly Item[]>) {
  const pages = source[Symbol.asyncIterator]();
  let ended = false;
  let page: readonly Item[] = [];
  return {
    /** Reads on if nothing is left of the page. */
    async fill(): Promise<void> {
      while (!ended && page.length === 0) {
        const next = await pages.next();
        if (next.done) ended = true;
        else page = next.value;
      }
    },
    /** Returns the last place of what is left of the page; undefined if nothing is left, and after `fill` nothing follows. */
    last: (): string | undefined => page.at(-1)?.place,
    /** Takes what is left of the page up to a place, that place too. */
    takeUntil(until: string | undefined): readonly Item[] {
      const beyond = until === undefined ? -1 : page.findIndex(({ place }) => place > until);
      const taken = beyond < 0 ? page : page.slice(0, beyond);
      page = page.slice(taken.length);
      return taken;
    },
  };
}
