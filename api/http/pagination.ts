import * as z from "zod/mini";
import type { Caller } from "../../domain/shared/authorization";
import type { Page, Position } from "../../domain/shared/page";
import type { Services } from "../services";
import type { Result } from "./response";

const limit = "a whole number from 1 to 100";

// A query holds text, but the document shows what it means, which is a number.
const documented = z.meta({ type: "integer", pattern: undefined, minimum: 1, maximum: 100, default: 20 });

/** The query of every list: the number of items wanted at most, and the place to continue from. */
export const listQuery = z.strictObject({
  limit: z._default(
    z.pipe(z.string(limit).check(z.regex(/^([1-9]\d?|100)$/, limit), documented), z.transform(Number)),
    20,
  ),
  cursor: z.optional(
    z.string().check(z.meta({ description: "The `next_cursor` of the part before. Without it, the list begins." })),
  ),
});

/** Returns the schema of a part of a list of these items, as it is shown. */
export const listOf = <Item extends z.ZodMiniType>(item: Item) =>
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

/** The input of a route that lists, as far as a cursor is bound to it. */
interface ListInput {
  readonly operation: string;
  readonly caller: Caller | undefined;
  readonly id: string;
  readonly query: z.output<typeof listQuery>;
}

/**
 * Reads a part of a list and returns it as a route's result. A cursor that another list, another id or another caller
 * got is refused.
 *
 * @throws InvalidCursor, SigningUnavailable, and what reading throws
 */
export async function listResult<Item>(
  { cursors }: Pick<Services, "cursors">,
  { operation, caller, id, query }: ListInput,
  read: (limit: number, from: Position | undefined) => Promise<Page<Item>>,
): Promise<Result> {
  const binding = { route: operation, caller: caller?.uid, filter: id ? { id } : {} };
  const from = query.cursor === undefined ? undefined : await cursors.decode(binding, query.cursor);
  const { items, next } = await read(query.limit, from);
  return { body: { items, next_cursor: next ? await cursors.encode(binding, next) : null } };
}
