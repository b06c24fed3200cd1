import { SEVERITIES } from "../finding";
import type { Review } from "../review";
import { plain } from "./show";

/** The subject of a review, by which a reader can tell whether it is still what will be applied. */
export interface Subject {
  readonly stack: string;
  /** Commit that was planned. */
  readonly commit?: string;
  /** Serial number of the state it was planned on. */
  readonly serial?: number;
  /** `sha256:…` of the plan file. */
  readonly plan?: string;
}

/** Says the verdict in a line. Replaced is counted apart, because "1 to add, 1 to destroy" hides it. */
export function verdictLine({ verdict, findings, counts }: Review): string {
  if (verdict === "nothing" && Object.values(counts).every((count) => count === 0)) return "nothing changes";
  const tally = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length,
  }));
  const words = tally.filter(({ count }) => count > 0).map(({ severity, count }) => plural(count, severity));
  return words.length > 0 ? words.join(", ") : "nothing to say";
}

/** `1 stop`, `2 stops`. */
function plural(count: number, severity: string): string {
  return `${count} ${count === 1 ? severity.replace(/s$/, "") : severity}`;
}

/** Says what was reviewed, and how much of it there is. */
export function subjectLine({ counts, source }: Review, { commit, serial, plan }: Subject): string {
  const { created, changed, replaced, destroyed } = counts;
  const facts = [
    `${created} created, ${changed} changed, ${replaced} replaced, ${destroyed} destroyed`,
    ...(commit ? [`commit ${code(commit.slice(0, 12))}`] : []),
    ...(serial === undefined ? [] : [`state ${serial}`]),
    ...(plan ? [`plan ${code(plan)}`] : []),
    ...(source === "synths" ? ["two synthesized stacks compared, without a state: what exists may differ"] : []),
  ];
  return `${facts.join("; ")}.`;
}

export function code(text: string): string {
  return `\`${plain(text)}\``;
}
