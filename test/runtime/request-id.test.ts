import { expect, test } from "@jest/globals";
import { requestIdOf } from "../../runtime/request-id";

test.each(["abc-123", "Root=1-67891233-abcdef012345678912345678", "a.b:c/d_e", "x".repeat(128)])(
  "takes the request id %s",
  (id) => {
    expect(requestIdOf(id, "own")).toBe(id);
  },
);

test.each([undefined, null, "", "a b", "a\nb", 'a"b', "{}", "é", "<script>", "x".repeat(129)])(
  "does not take %j for a request id, which a log line or a header could not hold as it is",
  (id) => {
    expect(requestIdOf(id, "own")).toBe("own");
  },
);
