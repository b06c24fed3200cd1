/** What can be wrong with a request, in words that may be shown to whoever sent it. */

/** One thing wrong with an input. */
export interface FieldProblem {
  /** Path of the field, such as `title` or `items[2].name`; `body` for the whole. */
  readonly field: string;
  /** What came instead, cut short. */
  readonly received: string;
  /** What the field may hold. */
  readonly allowed: string;
}

/** The input breaks its rules. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";

  constructor(readonly problems: readonly FieldProblem[]) {
    super(
      problems.map(({ field, received, allowed }) => `${field}: received ${received}, allowed ${allowed}`).join("; "),
    );
  }
}

/** The thing asked for does not exist. */
export class NotFound extends Error {
  override readonly name = "NotFound";

  constructor(readonly thing: string) {
    super(`There is no ${thing} with this id.`);
  }
}

/** The input is larger than what may be sent. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";

  constructor(thing: string, bytes: number, limit: number) {
    super(`The ${thing} has ${bytes} bytes; at most ${limit} are allowed.`);
  }
}
