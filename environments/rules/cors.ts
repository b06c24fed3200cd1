import type { Cors } from "../environment";
import { fields, isRecord, list, problem, type Rule, text, yesOrNo } from "./rule";

/** Of a Function URL; see https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html */
const LONGEST_ORIGIN = 253;
const MOST_ORIGINS = 100;

/** An origin exactly as browsers write it, because it is compared character by character. */
const origin: Rule = text((value) => {
  if (value.length > LONGEST_ORIGIN)
    return `is longer than ${LONGEST_ORIGIN} characters, the most a Function URL takes`;
  if (value.includes("*")) return "lets in origins that nobody listed; write each one out";
  if (value === "null") return "is what sandboxed pages of any website send; remove it";

  const url = parsed(value);
  if (url === undefined || !/^https?:$/.test(url.protocol) || !/^[\w-]+(\.[\w-]+)*$/.test(url.hostname)) {
    return 'is not an origin; write scheme, host and, if unusual, port, such as "https://blog.example.com"';
  }
  const local = url.hostname === "localhost" || url.hostname === "127.0.0.1";
  if (url.protocol === "http:" && !local) return `is not encrypted; write "https://${url.host}"`;
  if (url.origin === value) return undefined;
  return `is not what browsers send: no path, query, user or usual port, all lower-case; write "${url.origin}"`;
});

/** Not by way of `URL.canParse`: that of Node.js 20 begins to refuse names outside ASCII once it is compiled. */
function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

const corsFields = fields<Cors>({
  allowedOrigins: list(origin, MOST_ORIGINS, "a Function URL"),
  allowCredentials: yesOrNo,
});

/** With a wildcard and credentials, Lambda tells every website that it may act as the user who is signed in. */
export const cors: Rule = (value, path) => {
  const problems = corsFields(value, path);
  if (!isRecord(value) || value.allowCredentials !== true || !Array.isArray(value.allowedOrigins)) return problems;
  const wildcard = value.allowedOrigins.some((one) => typeof one === "string" && one.includes("*"));
  const message = "lets every website act as the signed-in user, together with a wildcard; write false";
  return wildcard ? [...problems, problem(`${path}.allowCredentials`, true, message)] : problems;
};
