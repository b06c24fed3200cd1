import { gravest } from "../../review/finding";
import type { Subject } from "../../review/report/wording";
import type { Review } from "../../review/review";
import { EXIT, type ExitCode } from "../errors/exit-codes";

/** The review of one stack or plan file, and what it is about. */
export interface Reviewed {
  readonly subject: Subject;
  readonly review: Review;
}

/** Returns the gravest verdict of several reviews. */
export function verdictOf(reviewed: readonly Reviewed[]): Review["verdict"] {
  return gravest(reviewed.flatMap(({ review: { verdict } }) => (verdict === "nothing" ? [] : [verdict]))) ?? "nothing";
}

/** The exit code of a review: Terraform's own 2 of `-detailed-exitcode` ("there are changes") only where somebody is asked. */
export const EXIT_CODES: Readonly<Record<Review["verdict"], ExitCode>> = {
  nothing: EXIT.done,
  notes: EXIT.done,
  asks: EXIT.attention,
  stops: EXIT.refused,
};
