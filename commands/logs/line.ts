import type { LogEvent } from "./read";

/** Fields of our functions' logs that a line shows in places of their own. */
const SHOWN = new Set(["level", "message", "timestamp", "service", "xray_trace_id", "cold_start", "sampling_rate"]);

/** Returns an event as a line for a person: time, function, level, message and what else its JSON says. */
export function lineOf({ at, group, message }: LogEvent): string {
  const time = new Date(at).toISOString().slice(11, 23);
  const fields = fieldsOf(message);
  if (fields === undefined) return `${time}  ${group}  ${message.trimEnd()}`;
  const rest = Object.entries(fields).filter(([name]) => !SHOWN.has(name));
  const more = rest.map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const level = typeof fields.level === "string" ? fields.level.padEnd(5) : "     ";
  return [time, group, level, fields.message ?? "", ...more].join("  ").trimEnd();
}

/** Returns the JSON object that a message is; undefined if it is text. */
export function fieldsOf(message: string): Readonly<Record<string, unknown>> | undefined {
  if (!message.startsWith("{")) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
