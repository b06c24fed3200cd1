// When a schedule calls; see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The times of a schedule, in UTC. */
export interface Times {
  /** Returns the first time after `now`, in epoch milliseconds; undefined if there is none within five years. */
  next(now: number): number | undefined;
}

/** Reads an expression. @throws Error that says what is wrong with it, or what of it is not emulated */
export function scheduleOf(expression: string): Times {
  const [, kind, inner = ""] = /^(\w+)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "rate") return rate(inner, expression);
  if (kind === "cron") return cron(inner, expression);
  throw new Error(`the schedule "${expression}" is not emulated: only rate(…) and cron(…) are.`);
}

/**
 * On AWS a rate counts from when the schedule was made. Here it counts from 1 January 1970, so that a restart does not
 * put the next call off.
 */
function rate(inner: string, expression: string): Times {
  const [, count = "", unit = "", plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  if (unit === "" || (Number(count) === 1) !== (plural === ""))
    throw new Error(`the schedule "${expression}" is none: write such as rate(5 minutes) or rate(1 hour).`);
  const interval = Number(count) * (UNITS[unit] ?? MINUTE);
  return { next: (now) => (Math.floor(now / interval) + 1) * interval };
}

const LONGEST_SEARCH = 5 * 366;

function cron(inner: string, expression: string): Times {
  const fields = inner.trim().split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = "", year = ""] = fields;
  if (fields.length !== 6)
    throw new Error(
      `the schedule "${expression}" has ${fields.length} fields: it needs six, such as cron(0 3 * * ? *).`,
    );
  if ((day === "?") === (weekday === "?"))
    throw new Error(`the schedule "${expression}" needs a ? for the day of the month or for that of the week.`);
  const read = (text: string, least: number, most: number, names: readonly string[] = [], base = least) =>
    fieldOf(text, { least, most, names, base, expression });
  const minutes = read(minute, 0, 59);
  const hours = read(hour, 0, 23);
  const days = day === "?" ? undefined : read(day, 1, 31);
  const months = read(month, 1, 12, MONTHS);
  const weekdays = weekday === "?" ? undefined : read(weekday, 1, 7, DAYS);
  const years = read(year, 1970, 2199);
  const onDay = (date: Date) =>
    years.has(date.getUTCFullYear()) &&
    months.has(date.getUTCMonth() + 1) &&
    (days?.has(date.getUTCDate()) ?? true) &&
    (weekdays?.has(date.getUTCDay() + 1) ?? true);
  return {
    next(now) {
      const midnight = new Date(now);
      midnight.setUTCHours(0, 0, 0, 0);
      for (let ahead = 0; ahead < LONGEST_SEARCH; ahead++) {
        const date = new Date(midnight.getTime() + ahead * 24 * 60 * MINUTE);
        if (!onDay(date)) continue;
        for (const hourOfDay of [...hours].sort((a, b) => a - b))
          for (const minuteOfHour of [...minutes].sort((a, b) => a - b)) {
            const time = date.getTime() + (hourOfDay * 60 + minuteOfHour) * MINUTE;
            if (time > now) return time;
          }
      }
      return undefined;
    },
  };
}

interface Field {
  readonly least: number;
  readonly most: number;
  /** Names of the values, from `base` on. */
  readonly names: readonly string[];
  readonly base: number;
  readonly expression: string;
}

/** Reads the values of a field: `*`, `5`, `1-5`, `MON-FRI`, `0/15`, and lists of these. */
function fieldOf(text: string, { least, most, names, base, expression }: Field): ReadonlySet<number> {
  const values = new Set<number>();
  const wrong = (part: string) =>
    new Error(`the schedule "${expression}" has "${part}", which is not emulated or out of ${least} to ${most}.`);
  for (const part of text.split(",")) {
    const [, from = "", , to, , step] = /^(\*|\w+)(-(\w+))?(\/(\d+))?$/.exec(part) ?? [];
    const numberOf = (name: string) => {
      const named = names.indexOf(name.toUpperCase());
      const value = named >= 0 ? named + base : Number(name);
      if (!Number.isInteger(value) || value < least || value > most) throw wrong(part);
      return value;
    };
    if (from === "" || Number(step) === 0) throw wrong(part);
    const start = from === "*" ? least : numberOf(from);
    const end = to !== undefined ? numberOf(to) : from === "*" || step !== undefined ? most : start;
    for (let value = start; value <= end; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}
