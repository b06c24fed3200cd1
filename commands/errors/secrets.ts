/** Names of variables whose values are nobody's business. */
const SECRET_NAME = /SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|CREDENTIAL/i;

/** Shorter values are no secrets worth the name, and would black out ordinary words. */
const SHORTEST_SECRET = 8;

/** Forms of secrets that no variable holds: tokens in headers, signatures in presigned URLs, keys in PEM. */
const FORMS: readonly RegExp[] = [
  /(?<=\b(?:Basic|Bearer)\s+)[\w.~+/=-]{16,}/gi,
  /(?<=X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"]+/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Returns a text in which every secret that the process's variables or its form give away is `***`. */
export function withoutSecrets(text: string, variables: Readonly<Record<string, string | undefined>>): string {
  const values = Object.entries(variables)
    .filter(([name, value]) => SECRET_NAME.test(name) && (value?.length ?? 0) >= SHORTEST_SECRET)
    .map(([, value]) => value ?? "")
    // A longer secret may hold a shorter one.
    .toSorted((one, other) => other.length - one.length);
  const named = values.reduce((hidden, value) => hidden.replaceAll(value, "***"), text);
  return FORMS.reduce((hidden, form) => hidden.replace(form, "***"), named);
}
