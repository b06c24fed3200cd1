import type { Review } from "./review";

/**
 * The exit code of a review. 1 is left for what could not be reviewed, as every program uses it; Terraform's own 2 of
 * `-detailed-exitcode` ("there are changes") is only used where somebody is asked.
 */
export const EXIT_CODES: Readonly<Record<Review["verdict"] | "failed", number>> = {
  nothing: 0,
  notes: 0,
  failed: 1,
  asks: 2,
  stops: 3,
};
