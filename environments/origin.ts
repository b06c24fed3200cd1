/** The most characters of an origin in a Function URL's CORS; see https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html */
const LONGEST_ORIGIN = 253;

/** Returns what is wrong with an origin, which has to be exactly as browsers write it: it is compared by character. */
export function originMistake(origin: string): string | undefined {
  if (origin.length > LONGEST_ORIGIN)
    return `is longer than ${LONGEST_ORIGIN} characters, the most a Function URL takes`;
  if (origin.includes("*")) return "lets in origins that nobody listed; write each one out";
  if (origin === "null") return "is what sandboxed pages of any website send; remove it";

  const url = parsed(origin);
  if (url === undefined || !/^https?:$/.test(url.protocol) || !/^[\w-]+(\.[\w-]+)*$/.test(url.hostname)) {
    return 'is not an origin; write scheme, host and, if unusual, port, such as "https://blog.example.com"';
  }
  const isLocal = url.hostname === "localhost" || url.hostname === "127.0.0.1";
  if (url.protocol === "http:" && !isLocal) return `is not encrypted; write "https://${url.host}"`;
  if (url.origin === origin) return undefined;
  return `is not what browsers send: no path, query, user or usual port, all lower-case; write "${url.origin}"`;
}

/** Parses without `URL.canParse`: that of Node.js 20 begins to refuse names outside ASCII once it is compiled. */
function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
