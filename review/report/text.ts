import type { Review } from "../review";
import { type Subject, subjectLine, verdictLine } from "./wording";

/** Writes a review for a terminal. */
export function text(review: Review, subject: Subject): string {
  const findings = review.findings.map(({ severity, address, also = [], reason, consequence, remedy, code, rule }) =>
    [
      `${severity.toUpperCase().padEnd(6)} ${address} ${reason}. [${rule}]`,
      ...also.map((other) => `       and so ${other}`),
      `       Then: ${consequence}`,
      ...(severity === "notes" ? [] : [`       Instead: ${remedy}`]),
      ...(code === undefined ? [] : [code.replace(/^/gm, "         ")]),
    ].join("\n"),
  );
  return [`${subject.stack}: ${verdictLine(review)}`, subjectLine(review, subject), ...findings, ""].join("\n\n");
}
