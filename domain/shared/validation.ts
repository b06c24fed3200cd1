import type * as z from "zod/mini";
import type { FieldProblem } from "../../runtime/errors";
import { withHiddenEscaped } from "./characters";
import { InvalidInput } from "./errors";

/** The most characters of a value that an error repeats. */
const SHOWN_CHARACTERS = 40;
/** The most problems that an error lists. An input may be wrong in thousands of places, and nobody reads on then. */
const SHOWN_PROBLEMS = 20;

/** Describes a value for an error message: its kind, and never more than a glimpse of a text. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") {
    const shown = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
    return withHiddenEscaped(JSON.stringify(shown));
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/**
 * Checks an input against its schema and returns what the schema makes of it. The schema's own messages say what
 * is allowed.
 *
 * @param whole the name that an error gives to the input as a whole
 * @throws InvalidInput with every problem, or the first twenty
 */
export function validate<Schema extends z.ZodMiniObject>(
  schema: Schema,
  input: unknown,
  whole = "body",
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const names = Object.keys(schema.shape).join(", ");
  const problems = result.error.issues.flatMap((issue): FieldProblem[] => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({
        field: fieldName([...issue.path, key]),
        received: "a field",
        allowed: "no such field",
      }));
    return [
      {
        field: fieldName(issue.path) || whole,
        received: receivedIn(issue) ?? describe(valueAt(input, issue.path)),
        allowed: issue.path.length === 0 ? `an object with ${names}` : issue.message,
      },
    ];
  });
  throw new InvalidInput(problems.slice(0, SHOWN_PROBLEMS));
}

/** Returns the description of the value that the schema itself gave, if it knows better what is wrong with the value. */
function receivedIn(issue: z.core.$ZodIssue): string | undefined {
  const received: unknown = issue.code === "custom" ? issue.params?.received : undefined;
  return typeof received === "string" ? received : undefined;
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  return name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
