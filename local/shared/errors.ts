/**
 * An error that stops the local cloud from starting and that the developer can put right. Its message is one sentence
 * that says what is wrong and what to do; it is printed without a stack.
 */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Returns the message of a thrown value. */
export function messageOf(error: unknown): string {
  return textProperty(error, "message") ?? String(error);
}

/** Returns the code that Node.js and its libraries put on an error, such as `EADDRINUSE`. */
export function codeOf(error: unknown): string | undefined {
  return textProperty(error, "code");
}

// `instanceof Error` would miss an error of another realm, such as one that a native module or Jest creates.
function textProperty(error: unknown, name: string): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : undefined;
}
