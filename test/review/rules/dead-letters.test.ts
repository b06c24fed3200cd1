// Dead letters are resources of their own here, so that the loss of one is no change of its queue.
import { expect, test } from "@jest/globals";
import { readPlan } from "../../../review/plan/read";
import { review } from "../../../review/review";

const said = (type: string, actions: readonly string[], before: object, after: object | null) =>
  review(
    readPlan({
      format_version: "1.2",
      resource_changes: [
        { address: `${type}.jobs`, type, change: { actions, before, after } },
        { address: "aws_iam_role.kept", type: "aws_iam_role", change: { actions: ["no-op"] } },
      ],
    }),
  ).findings.map(({ severity, rule }) => `${severity} ${rule}`);

const queue_url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs";
const redrive = (maxReceiveCount: number) => ({ queue_url, redrive_policy: JSON.stringify({ maxReceiveCount }) });

test("a queue that loses its dead letters, or gives up after another number of tries, is asked about", () => {
  expect(said("aws_sqs_queue_redrive_policy", ["delete"], redrive(5), null)).toEqual(["asks destroyed"]);
  expect(said("aws_sqs_queue_redrive_policy", ["update"], redrive(5), redrive(1))).toEqual(["asks protection"]);
  expect(said("aws_sqs_queue_redrive_policy", ["update"], redrive(5), redrive(5))).toEqual([]);
});

test("it is asked about whose dead letters a queue takes", () => {
  const allow = (redrive_allow_policy: string) => ({ queue_url, redrive_allow_policy });
  expect(said("aws_sqs_queue_redrive_allow_policy", ["update"], allow("a"), allow("b"))).toEqual(["asks protection"]);
});
