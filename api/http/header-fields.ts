/** The headers that requests may carry, besides those that all HTTP requests may. */
import * as z from "zod/mini";
import { idempotencyKey } from "../../domain/shared/idempotency";

const oneTag = 'one ETag, as it came: "3" with its quotation marks; or *';

/** Of what creates something. */
export const idempotent = z.object({
  "idempotency-key": z
    .optional(idempotencyKey)
    .check(
      z.meta({ description: "Asking again with the same key and input creates nothing new, and answers the same." }),
    ),
});

/** Of what changes something. */
export const conditional = z.object({
  "if-match": z
    .optional(z.string(oneTag).check(z.regex(/^(\*|(W\/)?"[\x21\x23-\x7e]{0,100}")$/, oneTag)))
    .check(z.meta({ description: "Refuses with 412 what has changed since it had this ETag." })),
});
