import { expect, test } from "@jest/globals";
import { settings } from "../../../stacks/constructs/settings";

test("a function is told its environment and how much to log, which opens nothing", () => {
  expect(settings({ name: "staging", logLevel: "WARN" })).toEqual({
    variables: { APP_ENVIRONMENT: "staging", LOG_LEVEL: "WARN" },
    statements: [],
  });
});
