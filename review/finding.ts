/**
 * - `stops`: data or an address is lost, clients are cut or a door is open. It needs an acceptance in the code.
 * - `asks`: a person has to agree.
 * - `notes`: worth a line.
 */
export const SEVERITIES = ["stops", "asks", "notes"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that a change would do, and what to do about it. */
export interface Finding {
  /** The rule's name; an acceptance names it. */
  readonly rule: string;
  readonly severity: Severity;
  /** The resource's address in Terraform, or the plan's own name `the plan`. */
  readonly address: string;
  /** More resources of which the same is to be said. */
  readonly also?: readonly string[];
  /** The change in the plan, as the end of a sentence that begins with the address. */
  readonly reason: string;
  /** The consequence of applying it. */
  readonly consequence: string;
  readonly remedy: string;
  /** Code that is the remedy, ready to paste. */
  readonly code?: string;
}

/** Returns the gravest of several severities. */
export function gravest(severities: readonly Severity[]): Severity | undefined {
  return SEVERITIES.find((severity) => severities.includes(severity));
}
