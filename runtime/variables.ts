import * as z from "zod/mini";

/** Checks a variable that must hold some text. */
export const nonEmpty = z.string().check(z.minLength(1, "must not be empty"));

/** Checks a variable that must hold an absolute URL with one of the given schemes, such as `https:`. */
export const urlOf = (...schemes: readonly string[]) =>
  z.string().check(
    z.refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), {
      error: `must be an absolute URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(" or ")}`,
    }),
  );

/** Reads a variable that holds a whole number of at least 1. */
export const wholeNumber = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,8}$/, "must be a whole number of at least 1")),
  z.transform(Number),
);

/** Reads a variable that holds a JSON list of texts. */
export const textsIn = z.pipe(
  z.string(),
  z.transform((value, { issues }): readonly string[] => {
    const list = z.array(z.string()).safeParse(jsonIn(value));
    if (list.success) return list.data;
    issues.push({ code: "custom", input: value, message: "must be a JSON list of texts" });
    return z.NEVER;
  }),
);

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The variables that every Lambda function reads. */
export const commonVariables = {
  APP_ENVIRONMENT: nonEmpty,
  LOG_LEVEL: z.enum(["DEBUG", "INFO", "WARN", "ERROR"], "must be DEBUG, INFO, WARN or ERROR"),
};

/**
 * Reads the environment variables that a handler's schema asks for. Handlers call it at start-up.
 *
 * @throws Error that names every missing and every wrong variable at once, with what it must be. Values are not
 * repeated: a variable set by mistake may hold a secret.
 */
export function readVariables<Schema extends z.ZodMiniType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return environment[name] === undefined ? `${name} is missing` : `${name} ${issue.message}`;
  });
  throw new Error(
    `The environment variables of this function are wrong: ${problems.join("; ")}. ` +
      "Give it what its handler's exported `variables` ask for.",
  );
}
