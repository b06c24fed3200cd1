/** What was found of one thing that a deployment takes. */
export interface Diagnosis {
  /** The thing that was looked at, such as `Terraform` or `staging.account`. */
  readonly subject: string;
  /** `unknown` could not be looked at, `warning` deploys all the same, `wrong` does not deploy. */
  readonly state: "fine" | "unknown" | "warning" | "wrong";
  /** The rest of a sentence about the subject: `is 1.11.4`. */
  readonly says: string;
  /** What to do, unless it is fine. */
  readonly remedy?: string;
}

export const fine = (subject: string, says: string): Diagnosis => ({ subject, state: "fine", says });
export const warning = (subject: string, says: string, remedy: string): Diagnosis => ({
  subject,
  state: "warning",
  says,
  remedy,
});
export const wrong = (subject: string, says: string, remedy: string): Diagnosis => ({
  subject,
  state: "wrong",
  says,
  remedy,
});
export const unknown = (subject: string, says: string, remedy: string): Diagnosis => ({
  subject,
  state: "unknown",
  says,
  remedy,
});

/** Tells whether a version is at least another; what follows the numbers, such as `-beta1`, is not looked at. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string) => text.split(/[^\d]+/).map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  const different = want.findIndex((number, index) => (have[index] ?? 0) !== number);
  return different === -1 || (have[different] ?? 0) > (want[different] ?? 0);
}
