import { isDeepStrictEqual } from "node:util";
import * as z from "zod/mini";
import { fingerprint } from "./idempotency";

/**
 * A field that users write. It is declared once, and its three schemas say what may be sent, what is shown and what is
 * stored. Input has rules (a length, an alphabet), and they may become stricter; rows written under the old rules must
 * stay readable, so a row's schema asks for the type only.
 */
interface Field<
  Input extends z.ZodMiniType = z.ZodMiniType,
  Shown extends z.ZodMiniType = z.ZodMiniType,
  Row extends z.ZodMiniType = z.ZodMiniType,
> {
  readonly input: Input;
  readonly shown: Shown;
  readonly row: Row;
  /** The value of the field in rows and requests that lack it; only a field that was added later has one. */
  readonly absent?: unknown;
}

type Fields = Readonly<Record<string, Field>>;

/** One of the three schemas of every field. */
type Part<Of extends Fields, Name extends keyof Field> = { [Each in keyof Of]: Of[Each][Name] };

/** Declares a field that was there from the first release on: every row and every request has it. */
export const field = <Input extends z.ZodMiniType, Shown extends z.ZodMiniType>(
  input: Input,
  shown: Shown,
): Field<Input, Shown, Shown> => ({ input, shown, row: shown });

/**
 * Declares a field that a later release added. Rows from before it, and requests of clients from before it, have the
 * given value. It is part of a request's fingerprint only where it differs from that value, so that a request which was
 * sent before the field existed is known again after.
 */
export const addedField = <Input extends z.ZodMiniType, Shown extends z.ZodMiniType>(
  input: Input,
  shown: Shown,
  absent: z.core.util.NoUndefined<z.output<Input> & z.output<Shown>>,
): Field<z.ZodMiniDefault<Input>, Shown, z.ZodMiniDefault<Shown>> => ({
  input: z._default(input, absent),
  shown,
  row: z._default(shown, absent),
  absent,
});

/** Derives from the fields that users write of a resource everything that depends on which fields there are. */
export function writtenFields<Of extends Fields>(fields: Of) {
  // Object.fromEntries forgets which name had which schema; the type says it again.
  const part = <Name extends keyof Field>(name: Name) =>
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field[name]])) as Part<Of, Name>;
  const written = z.object(part("row"));
  type Written = z.output<typeof written>;
  /** Fields that were added later may be absent, as they are in requests and in calls from before. */
  type Input = z.input<typeof written>;
  const namesWhere = (isAdded: boolean) =>
    Object.keys(fields).filter((name) => "absent" in (fields[name] ?? {}) === isAdded);
  const [first, added] = [namesWhere(false), namesWhere(true).toSorted()];

  return {
    /** Checks the body of a request. A field that is not declared is refused. */
    input: z.strictObject(part("input")),
    /** The schemas of the fields of a resource, as it is shown. */
    shown: part("shown"),
    /** Reads the fields from a row of this or any earlier release. */
    written,
    /** Returns the declared fields of an input, with their defaults where they are absent, and nothing else of it. */
    in: (input: Input): Written => written.parse(input),
    /**
     * Returns the fingerprint of an input.
     *
     * @param place values that the request has besides its body, such as the post that a comment is on
     */
    fingerprint(input: Input, ...place: readonly string[]): string {
      const values = new Map<string, unknown>(Object.entries(written.parse(input)));
      const changed = added.filter((name) => !isDeepStrictEqual(values.get(name), fields[name]?.absent));
      return fingerprint(
        ...place,
        ...first.map((name) => values.get(name)),
        ...changed.map((name) => [name, values.get(name)]),
      );
    },
  };
}
