import { CommandError } from "../errors/command-error";

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a point in time: `15m`, `2h` and `3d` before now, or an ISO date. Returns epoch milliseconds.
 *
 * @throws CommandError if it is neither
 */
export function since(text: string, now: number): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new CommandError({
    subject: "time",
    value: text,
    mistake: "is neither a duration nor a date",
    remedy: "write one such as 15m, 2h, 3d or 2026-11-26T09:00:00Z",
  });
}
