import * as z from "zod/mini";
import type { Page, Position } from "../../domain/shared/page";
import type { Caller } from "../authentication/authenticator";
import type { Services } from "../services";
import type { Reply } from "./route";

const limit = "a whole number from 1 to 100";

// A query holds text, but what it means is a number.
const documented = z.meta({ type: "integer", pattern: undefined, minimum: 1, maximum: 100, default: 20 });

/** The query of every list: how many of the newest are wanted, and from where on. */
export const listQuery = z.strictObject({
  limit: z._default(
    z.pipe(z.string(limit).check(z.regex(/^([1-9]\d?|100)$/, limit), documented), z.transform(Number)),
    20,
  ),
  cursor: z.optional(
    z.string().check(z.meta({ description: "The `next_cursor` of the part before. Without it, the list begins." })),
  ),
});

/** A part of a list of these, as it is shown. */
export const pageOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({
    items: z
      .array(item)
      .check(z.meta({ description: "The newest first. A part may be short, or empty, before the end." })),
    next_cursor: z
      .nullable(z.string())
      .check(
        z.meta({ description: "Asks for the part that follows; null at the end. Good for a day, for this caller." }),
      ),
  });

/**
 * Answers with a part of a list.
 *
 * @param route names the list, with `filter` narrowing it down: a cursor of another list is refused
 * @throws InvalidCursor, SigningUnavailable, and what reading throws
 */
export async function listed<Item>(
  { cursors }: Pick<Services, "cursors">,
  {
    route,
    caller,
    filter = {},
    query,
  }: {
    readonly route: string;
    readonly caller: Caller | undefined;
    readonly filter?: Readonly<Record<string, string>>;
    readonly query: z.output<typeof listQuery>;
  },
  read: (limit: number, from: Position | undefined) => Promise<Page<Item>>,
): Promise<Reply> {
  const binding = { route, caller: caller?.uid, filter };
  const from = query.cursor === undefined ? undefined : await cursors.decode(binding, query.cursor);
  const { items, next } = await read(query.limit, from);
  return { body: { items, next_cursor: next ? await cursors.encode(binding, next) : null } };
}
