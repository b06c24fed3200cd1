import type { Log } from "../../../runtime/log";

export interface Line {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Creates a log that remembers its lines. */
export function recordingLog(): Log & { readonly lines: readonly Line[]; at(level: Line["level"]): readonly Line[] } {
  const lines: Line[] = [];
  const write =
    (level: Line["level"]) =>
    (message: unknown, ...extra: readonly unknown[]) => {
      lines.push({ level, message: String(message), fields: Object.assign({}, ...extra) });
    };
  return {
    lines,
    at: (level) => lines.filter((line) => line.level === level),
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}
