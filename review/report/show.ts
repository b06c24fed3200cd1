import { isAbsent, isList, UNKNOWN, type Value } from "../plan/value";

const LONGEST = 200;

/**
 * Writes a value of a plan as code. It comes from whoever wrote the change, so nothing in it may end the code, call
 * somebody, draw over other text or give the terminal or the workflow a command.
 */
export function show(value: Value): string {
  if (value === UNKNOWN) return "(known after apply)";
  if (isAbsent(value)) return "nothing";
  if (isList(value))
    return value.length > 6 ? `${value.slice(0, 6).map(show).join(", ")} …` : value.map(show).join(", ");
  if (typeof value === "object") return "(a block)";
  return `\`${plain(String(value))}\``;
}

/** Takes control, formatting and bidirectional characters and backticks out of a text, and cuts a long one. */
export function plain(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").replaceAll("`", "'");
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean;
}
