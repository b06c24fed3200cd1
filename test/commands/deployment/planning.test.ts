import { expect, test } from "@jest/globals";
import { type ReviewedPlan, requireNoStops } from "../../../commands/deployment/planning";
import type { Context } from "../../../commands/environment/context";
import { runTerraform } from "../../../commands/programs/terraform";
import { readPlan } from "../../../review/plan/read";
import { review } from "../../../review/review";
import { environment } from "../../support/staging";

/** Plans to make a queue anew, for a reason. */
function replacing(action_reason: string): ReviewedPlan {
  const queue = { name: "blogapp-staging-deletions" };
  const change = { actions: ["delete", "create"], before: queue, after: queue, after_unknown: {} };
  const plan = readPlan({
    format_version: "1.2",
    resource_changes: [
      { address: "aws_sqs_queue.deletions", mode: "managed", type: "aws_sqs_queue", action_reason, change },
    ],
  });
  const stack = { name: "staging", folder: "", terraform: runTerraform };
  return { stack, file: "", changes: true, plan, review: review(plan) };
}

// Nothing else of a context is looked at.
const context = { environment } as Context;
const halfMade = replacing("replace_because_tainted");

test("what an interrupted deployment left half-made is made anew, if it was never deployed", () => {
  expect(halfMade.review.verdict).toBe("stops");
  expect(() => requireNoStops(context, [halfMade], new Set())).not.toThrow();
  expect(() => requireNoStops(context, [halfMade], new Set(["other: aws_sqs_queue.deletions"]))).not.toThrow();
});

test.each<[string, ReviewedPlan, ReadonlySet<string> | undefined]>([
  ["what was deployed once", halfMade, new Set(["staging: aws_sqs_queue.deletions"])],
  ["what nobody knows whether it was deployed", halfMade, undefined],
  ["what is replaced for another reason", replacing("replace_because_cannot_update"), new Set()],
])("%s is not", (_, plan, deployed) => {
  expect(() => requireNoStops(context, [plan], deployed)).toThrow("the review stops the plan of staging");
});
