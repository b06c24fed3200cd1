import type { Finding, Severity } from "../finding";
import { SEVERITIES } from "../finding";
import type { Review } from "../review";
import { code, type Subject, subjectLine, verdictLine } from "./wording";

/** GitHub answers 422 for a comment of more characters: "Body is too long". */
export const LONGEST_COMMENT = 65_536;

const HEADINGS: Readonly<Record<Severity, string>> = {
  stops: "⛔ Stops",
  asks: "✋ Asks",
  notes: "Notes",
};

/** Writes a review for a pull request, the gravest first, cut between two findings if it is longer than `limit`. */
export function markdown(review: Review, subject: Subject, limit = LONGEST_COMMENT): string {
  const head = [`### ${code(subject.stack)}: ${verdictLine(review)}`, "", subjectLine(review, subject), ""].join("\n");
  const blocks = SEVERITIES.flatMap((severity) => {
    const findings = review.findings.filter((finding) => finding.severity === severity);
    if (findings.length === 0) return [];
    const heading = `\n#### ${HEADINGS[severity]}\n\n`;
    return findings.map(
      (finding, index) => `${index === 0 ? heading : ""}${severity === "notes" ? line(finding) : item(finding)}`,
    );
  });
  return cut(head, blocks, limit);
}

/** Keeps as many whole blocks as fit and says how many are missing. */
function cut(head: string, blocks: readonly string[], limit: number): string {
  const more = (count: number) => `\n_${count} more: see the job's summary._\n`;
  const room = limit - more(blocks.length).length;
  let body = head;
  for (const [index, block] of blocks.entries()) {
    const isLast = index === blocks.length - 1;
    if (body.length + block.length > (isLast ? limit : room)) return body + more(blocks.length - index);
    body += block;
  }
  return body;
}

function item({ address, also, reason, consequence, remedy, code: text }: Finding): string {
  const block = text === undefined ? "" : `\n  \`\`\`ts\n${text.replace(/^/gm, "  ")}\n  \`\`\`\n`;
  return `- ${subjectOf(address)} ${reason}${others(also)}.\n  **Then:** ${consequence}\n  **Instead:** ${remedy}\n${block}`;
}

function line({ address, also, reason, consequence }: Finding): string {
  return `- ${subjectOf(address)} ${reason}${others(also)}. ${consequence}\n`;
}

/** Names the other resources of which the same is said; a long list is only counted. */
function others(also: Finding["also"] = []): string {
  if (also.length === 0) return "";
  return `; so ${also.length === 1 ? "does" : "do"} ${also.length > 3 ? `${also.length} more` : also.map(code).join(", ")}`;
}

/** An address is code; `the plan` is a subject like any other. */
function subjectOf(address: string): string {
  return address === "the plan" ? "**The plan**" : `**${code(address)}**`;
}
