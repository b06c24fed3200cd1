import { gravest } from "../../review/finding";
import type { Subject } from "../../review/report/wording";
import type { Review } from "../../review/review";

/** The review of one stack or plan file, and what it is about. */
export interface Reviewed {
  readonly subject: Subject;
  readonly review: Review;
}

/** Returns the gravest verdict of several reviews. */
export function verdictOf(reviewed: readonly Reviewed[]): Review["verdict"] {
  return gravest(reviewed.flatMap(({ review: { verdict } }) => (verdict === "nothing" ? [] : [verdict]))) ?? "nothing";
}
