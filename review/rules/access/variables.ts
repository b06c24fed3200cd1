import type { Finding } from "../../finding";
import { type Change, isChanged, ofType, type Plan } from "../../plan/plan";
import { equal, isAbsent, isObject, pick, UNKNOWN, type Value } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rule } from "../rule";

type Judgement = Pick<Finding, "severity" | "consequence" | "remedy">;

/** Variables whose meaning is known, and when a value of them matters. Values are never shown. */
const KNOWN: Readonly<Record<string, (value: string) => Judgement | undefined>> = {
  FIREBASE_AUTH_EMULATOR_HOST: () => ({
    severity: "stops",
    consequence: "Tokens that nobody signed are accepted: anybody can be anybody.",
    remedy: "Take it out. It is for a laptop only.",
  }),
  NODE_TLS_REJECT_UNAUTHORIZED: (value) =>
    value === "0"
      ? {
          severity: "stops",
          consequence: "Certificates are not checked: whoever is on the way reads and changes everything.",
          remedy: "Take it out.",
        }
      : undefined,
  FIREBASE_PROJECT_ID: () => ({
    severity: "asks",
    consequence: "Users of the new project may sign in, and those of the old one no longer can.",
    remedy: "Check that the project is this environment's.",
  }),
  WEBSOCKET_ANONYMOUS: (value) =>
    value === "on"
      ? {
          severity: "asks",
          consequence: "Clients without a ticket may connect and listen to everything but what is a user's own.",
          remedy: "Check that everything that is announced is for everyone to read.",
        }
      : undefined,
  WEBSOCKET_WITHOUT_ORIGIN: (value) =>
    value === "allowed"
      ? {
          severity: "asks",
          consequence: "Programs that send no Origin may connect without a ticket.",
          remedy: 'Write "with a ticket" where browsers alone are expected to be anonymous.',
        }
      : undefined,
  LOG_LEVEL: (value) =>
    value === "DEBUG"
      ? {
          severity: "notes",
          consequence: "Logs say more, cost more, and may hold what users sent.",
          remedy: "Set it back after the search.",
        }
      : undefined,
};

/** The variables that are no news when they are set for the first time: the function is new, or had no such choice. */
const CHANGES_ONLY: ReadonlySet<string> = new Set([
  "FIREBASE_PROJECT_ID",
  "WEBSOCKET_ANONYMOUS",
  "WEBSOCKET_WITHOUT_ORIGIN",
]);

/** Finds variables of functions that go, that decide who may enter, or that send data elsewhere. */
export const variables: Rule = {
  name: "variables",
  judges: { aws_lambda_function: ["environment"] },
  review: ({ plan, told }: Context) =>
    ofType(plan, "aws_lambda_function")
      .filter(({ action, address }) => ["create", "update", "replace"].includes(action) && !told.has(address))
      .flatMap((change) => compare(plan, change)),
};

function compare(plan: Plan, change: Change): Finding[] {
  const before = variablesOf(change.before);
  const after = pick(change.after, "environment.variables");
  if (after === UNKNOWN) return [];
  const next = isObject(after) ? after : {};
  const isNew = change.action === "create";
  return [...new Set([...Object.keys(before), ...Object.keys(next)])].flatMap((name): Finding[] => {
    const [was, becomes] = [before[name], next[name]];
    if (becomes === UNKNOWN || equal(was, becomes)) return [];
    const about = { rule: "variables", address: change.address };
    if (isAbsent(becomes))
      return [
        {
          ...about,
          severity: "asks",
          reason: `removes the variable ${show(name)}`,
          consequence: "Code that reads it does not start.",
          remedy: "Check that the deployed code no longer reads it.",
        },
      ];
    const judgement = judge(name, was, becomes);
    if (judgement) return [{ ...about, reason: `sets the variable ${show(name)}`, ...judgement }];
    if (isNew || isAbsent(was) || followsAnother(plan, change, name)) return [];
    return [
      {
        ...about,
        severity: "notes",
        reason: `changes the variable ${show(name)}`,
        consequence: "The function reads another value.",
        remedy: "None needed.",
      },
    ];
  });
}

function judge(name: string, was: Value, becomes: Value): Judgement | undefined {
  if (name.startsWith("AWS_ENDPOINT_URL"))
    return {
      severity: "stops",
      consequence: "The function sends its calls of AWS, signatures and data included, to another address.",
      remedy: "Take it out. It is for a laptop only.",
    };
  const known = isAbsent(was) && CHANGES_ONLY.has(name) ? undefined : KNOWN[name]?.(String(becomes));
  if (known) return known;
  const [old, young] = [originsIn(was), originsIn(becomes)];
  const gained = young?.filter((origin) => !old?.includes(origin)) ?? [];
  if (isAbsent(was) || gained.length === 0) return undefined;
  return {
    severity: "asks",
    consequence: gained.includes("*")
      ? "Every page on the internet may call or connect."
      : `Pages of ${show(gained)} may newly call or connect.`,
    remedy: "List exact origins that are yours.",
  };
}

/** Reads a list of origins, as JSON or with commas; undefined if any item is something else. */
function originsIn(value: Value): string[] | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const list = value.startsWith("[") ? jsonList(value) : value.split(",").map((item) => item.trim());
  return list?.every((item) => item === "*" || isOrigin(item)) ? list : undefined;
}

function jsonList(value: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list.map(String) : undefined;
  } catch {
    return undefined;
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function variablesOf(value: Value): { readonly [name: string]: Value } {
  const found = pick(value, "environment.variables");
  return isObject(found) ? found : {};
}

/** Tells whether the value only follows a resource that changes: the finding about that resource says it. */
function followsAnother(plan: Plan, change: Change, name: string): boolean {
  const variables = pick(change.written, "environment.variables");
  const written = isObject(variables) ? variables[name] : undefined;
  return (
    typeof written === "string" &&
    plan.changes.some((other) => isChanged(other) && written.includes(`\${${other.address}.`))
  );
}
