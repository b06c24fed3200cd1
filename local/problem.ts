/** Something the developer can put right: its message is a sentence that says what and how, and no stack is shown. */
export class Problem extends Error {
  override readonly name = "Problem";
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code that Node.js and its libraries put on an error, such as `EADDRINUSE`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
