import type { Alarms } from "../environment";
import { fields, isRecord, list, problem, type Rule, text } from "./rule";

/** Per alarm; see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MOST_TOPICS = 5;

/** A standard topic, not a FIFO one. */
const topicArn: Rule = text((value) =>
  /^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(value)
    ? undefined
    : 'is not the ARN of an SNS topic; write one such as "arn:aws:sns:ap-northeast-1:123456789012:on-call"',
);

const notified = fields<Exclude<Alarms, "off">>({ notifyTopicArns: list(topicArn, MOST_TOPICS, "an alarm") });

export const alarms: Rule = (value, path) => {
  if (value === "off") return [];
  if (isRecord(value)) return notified(value, path);
  return [problem(path, value, 'is neither "off" nor a list of topics; write "off" or { notifyTopicArns: [] }')];
};
