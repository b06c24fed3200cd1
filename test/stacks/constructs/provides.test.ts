import { expect, test } from "@jest/globals";
import type { Access } from "../../../stacks/constructs/access";
import type { Provides } from "../../../stacks/constructs/provides";

/** Compiles when a function that reads `Variables` may use `Uses`. */
function accepts<Variables, Uses extends readonly Access[]>(_uses: unknown extends Provides<Variables, Uses> ? 1 : 0) {
  expect(_uses).toBeDefined();
}

test("a variable with a default may be provided and need not be", () => {
  interface Variables {
    readonly TABLE: string;
    readonly PAGE_SIZE?: string | undefined;
  }
  accepts<Variables, [Access<"TABLE">]>(1);
  accepts<Variables, [Access<"TABLE">, Access<"PAGE_SIZE">]>(1);
  accepts<Variables, [Access<"TABLE" | "PAGE_SIZE">]>(1);
  accepts<Variables, [Access<"PAGE_SIZE">]>(0);
  accepts<Variables, [Access<"TABLE">, Access<"OTHER">]>(0);
});

test("a handler that reads nothing is provided with nothing", () => {
  accepts<object, []>(1);
  accepts<object, [Access<"OTHER">]>(0);
  accepts<object, [Access<never>]>(1);
});
