import { inspect } from "node:util";

/** Returns the parts of a request that no log may hold: token, cookies, e-mail address and everything that was written. */
export function secretsOf(
  headers: Headers,
  body: string,
): { readonly credentials: string[]; readonly written: string[] } {
  const token = headers.get("authorization")?.split(" ").at(-1) ?? "";
  const cookies = (headers.get("cookie") ?? "").split("; ").map((cookie) => cookie.split("=")[1] ?? "");
  const worthHiding = (text: string) => text.length >= 8;
  return {
    credentials: [...token.split("."), ...cookies, ...emailsIn(token)].filter(worthHiding),
    written: stringsIn(body).filter(worthHiding),
  };
}

/** Returns those of the secrets that a value holds, however deep. */
export function foundIn(value: unknown, secrets: readonly string[]): string[] {
  const text =
    typeof value === "string" ? value : inspect(value, { depth: 10, showHidden: true, maxStringLength: null });
  return secrets.filter((secret) => text.includes(secret));
}

function emailsIn(token: string): string[] {
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return payload.match(/[\w.]+@[\w.]+/g) ?? [];
}

function stringsIn(body: string): string[] {
  const found: string[] = [];
  try {
    JSON.parse(body, (_, value) => {
      if (typeof value === "string") found.push(value);
      return value;
    });
  } catch {
    found.push(body);
  }
  return found;
}
