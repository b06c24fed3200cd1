/** Something the developer can put right: its message is a sentence that says what and how, and no stack is shown. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return memberOf(error, "message") ?? String(error);
}

/** The code that Node.js and its libraries put on an error, such as `EADDRINUSE`. */
export function codeOf(error: unknown): string | undefined {
  return memberOf(error, "code");
}

// An error of a native module may be of another realm: `instanceof Error` would miss it.
function memberOf(error: unknown, name: string): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : undefined;
}
