import * as z from "zod/mini";

/**
 * Reads a connection from a row of this or any earlier release (docs/decisions/rows-outlive-code.md). A row that does
 * not say when it was made is an old one, and one that names no topics listens to none.
 */
export const connectionRow = z.object({
  connectionId: z.string(),
  connectedAt: z.catch(z.number(), 0),
  topics: z.catch(z.set(z.string()), () => new Set<string>()),
  user_id: z.optional(z.string()),
  expiresAt: z.catch(z.number(), 0),
});

/** Reads a subscriber from a subscription's row of this or any earlier release. */
export const subscriptionRow = z.object({ place: z.string(), connectedAt: z.catch(z.number(), 0) });

/**
 * Reads a connection and its messages of a minute from its row. A row of an earlier release does not say when the
 * connection ends: it ends with its row.
 */
export const countedRow = z.pipe(
  z.object({
    connectionId: z.string(),
    connectedAt: z.catch(z.number(), 0),
    expiresAt: z.optional(z.number()),
    ttl: z.catch(z.number(), 0),
    user_id: z.optional(z.string()),
    messages: z.catch(z.number(), 1),
  }),
  z.transform(({ ttl, expiresAt = ttl, ...row }) => ({ ...row, expiresAt })),
);
