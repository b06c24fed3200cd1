import { z } from "zod";
import type { Finding } from "./finding";

const acceptedSchema = z.array(
  z.strictObject({
    stack: z.string().min(1),
    address: z.string().min(1),
    rule: z.string().min(1),
    because: z.string().min(10, "say why in a sentence"),
  }),
);

/** A stop that somebody means, written down in the code so that it is reviewed with the change that causes it. */
export type Accepted = z.infer<typeof acceptedSchema>[number];

/** Reads `review/accepted.json`. Throws an error that names the entry and the field. */
export function readAccepted(json: unknown): Accepted[] {
  const parsed = acceptedSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `review/accepted.json, ${issue?.path.join(".") || "the whole"}: ${issue?.message}. An entry is {"stack", "address", "rule", "because"}.`,
  );
}

/** Turns the stops that are meant into questions. An acceptance that meets no stop is noted: it is to be removed. */
export function accept(findings: readonly Finding[], accepted: readonly Accepted[]): Finding[] {
  const meets =
    ({ address, rule }: Accepted) =>
    (finding: Finding) =>
      finding.severity === "stops" && finding.address === address && finding.rule === rule;
  const idle = accepted.filter((entry) => !findings.some(meets(entry)));
  return [
    ...findings.map((finding) => {
      const entry = accepted.find((one) => meets(one)(finding));
      return entry
        ? { ...finding, severity: "asks" as const, remedy: `Accepted in the code: ${entry.because}` }
        : finding;
    }),
    ...idle.map(({ address, rule }) => ({
      rule: "accepted",
      severity: "notes" as const,
      address,
      reason: `has an acceptance of \`${rule}\` that nothing needs`,
      consequence: "It would let the next such change pass.",
      remedy: "Take it out of review/accepted.json.",
    })),
  ];
}
