import { expect, test } from "@jest/globals";
import { readAccepted } from "../../review/accepted";
import { review } from "../../review/review";
import { planOf } from "./corpus/corpus";

const entry = {
  stack: "production",
  address: "aws_dynamodb_table.favorites",
  rule: "destroyed",
  because: "favorites move to posts",
};

test("a stop that is accepted in the code becomes a question, and says why", () => {
  const { verdict, findings } = review(planOf("table-deleted"), { accepted: [entry] });
  expect(verdict).toBe("asks");
  expect(findings.find(({ rule }) => rule === "destroyed")).toMatchObject({
    severity: "asks",
    remedy: "Accepted in the code: favorites move to posts",
  });
});

test.each([
  ["another address", { ...entry, address: "aws_dynamodb_table.posts" }],
  ["another rule", { ...entry, rule: "replaced" }],
])("an acceptance of %s accepts nothing, and is noted", (_, other) => {
  const { verdict, findings } = review(planOf("table-deleted"), { accepted: [other] });
  expect(verdict).toBe("stops");
  expect(findings).toContainEqual(
    expect.objectContaining({ severity: "notes", rule: "accepted", address: other.address }),
  );
});

test("an entry without a reason is refused by its place", () => {
  expect(() => readAccepted([{ ...entry, because: "" }])).toThrow(/accepted\.json, 0\.because: say why/);
  expect(() => readAccepted([{ ...entry, until: "tomorrow" }])).toThrow(/accepted\.json, 0: /);
});
