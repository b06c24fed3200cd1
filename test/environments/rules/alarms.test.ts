import { expect, test } from "@jest/globals";
import { said } from "../said";

const notArn = 'is not the ARN of an SNS topic; write one such as "arn:aws:sns:ap-northeast-1:123456789012:on-call"';

test.each<[string, Record<string, unknown>, string]>([
  [
    "alarms that are on for nobody",
    { alarms: "on" },
    'alarms: "on" is neither "off" nor a list of topics; write "off" or { notifyTopicArns: [] }',
  ],
  [
    "an e-mail address as topic",
    { alarms: { notifyTopicArns: ["ops@example.com"] } },
    `alarms.notifyTopicArns[0]: "ops@example.com" ${notArn}`,
  ],
  [
    "a queue as topic",
    { alarms: { notifyTopicArns: ["arn:aws:sqs:ap-northeast-1:123456789012:on-call"] } },
    `alarms.notifyTopicArns[0]: "arn:aws:sqs:ap-northeast-1:123456789012:on-call" ${notArn}`,
  ],
  [
    "topics that are no list",
    { alarms: { notifyTopicArns: null } },
    "alarms.notifyTopicArns: null is not a list; write [ ]",
  ],
])("refuses %s", (_, change, line) => {
  expect(said(change)).toEqual([`staging.${line}`]);
});
