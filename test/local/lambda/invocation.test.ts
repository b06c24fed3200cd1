import { expect, test } from "@jest/globals";
import { errorText, failedInvocation, fitsPayload, MAX_PAYLOAD_BYTES } from "../../../local/lambda/invocation";

test.each([
  ["x", MAX_PAYLOAD_BYTES],
  ["ü", MAX_PAYLOAD_BYTES / 2],
  ["世", MAX_PAYLOAD_BYTES / 3],
  ["😀", MAX_PAYLOAD_BYTES / 4],
])("a payload of %j fits up to 6 MB in UTF-8", (character, count) => {
  expect(fitsPayload(character.repeat(count))).toBe(true);
  expect(fitsPayload(character.repeat(count + 1))).toBe(false);
});

test("an error is one line in a log, whether the function made it or something else", () => {
  expect(errorText(failedInvocation("Sandbox.Timedout", "Too late."))).toBe("Sandbox.Timedout: Too late.");
  expect(errorText({ ok: false, json: '"text"' })).toBe('"text"');
});
