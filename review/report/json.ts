import type { Review } from "../review";
import type { Subject } from "./wording";

/** Writes a review for programs: the subject's fields, `verdict`, `counts` and `findings`. */
export function json(review: Review, subject: Subject): string {
  return `${JSON.stringify({ ...subject, ...review }, null, 2)}\n`;
}
