import { expect, test } from "@jest/globals";
import { staging } from "../../environments/staging";
import { stagingProblems } from "./problem-lines";

const whole = (minimum: number, maximum: number) => `is not a whole number from ${minimum} to ${maximum};`;
const notArn = 'is not the ARN of an SNS topic; write one such as "arn:aws:sns:ap-northeast-1:123456789012:on-call"';
const notFirebase =
  "is not a Firebase project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter; copy it from the Firebase console";

test("accepts a background function that takes all the time Lambda gives, which no gateway waits for", () => {
  expect(stagingProblems({ background: { memoryMegabytes: 128, timeoutSeconds: 900 } })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "a Firebase project id that is too short",
    { firebaseProjectId: "blog" },
    `firebaseProjectId: "blog" ${notFirebase}`,
  ],
  [
    "a Firebase project id in upper case",
    { firebaseProjectId: "Blogapp" },
    `firebaseProjectId: "Blogapp" ${notFirebase}`,
  ],
  [
    "a Firebase project id ending in a hyphen",
    { firebaseProjectId: "blogapp-" },
    `firebaseProjectId: "blogapp-" ${notFirebase}`,
  ],
  [
    "Node.js 20, which is retired",
    { runtime: "nodejs20.x" },
    'runtime: "nodejs20.x" was retired by Lambda on 30 April 2026; write "nodejs24.x"',
  ],
  [
    "Node.js 18, which is retired",
    { runtime: "nodejs18.x" },
    'runtime: "nodejs18.x" was retired by Lambda on 1 September 2025; write "nodejs24.x"',
  ],
  [
    "Node.js 16, which is retired",
    { runtime: "nodejs16.x" },
    'runtime: "nodejs16.x" was retired by Lambda on 12 June 2024; write "nodejs24.x"',
  ],
  [
    "another language",
    { runtime: "python3.14" },
    'runtime: "python3.14" is not one of "nodejs24.x", "nodejs22.x"; write one of them',
  ],
  [
    "too little memory",
    { api: { memoryMegabytes: 127, timeoutSeconds: 15 } },
    `api.memoryMegabytes: 127 ${whole(128, 10240)} these are the megabytes Lambda offers`,
  ],
  [
    "too much memory",
    { functions: { memoryMegabytes: 10241, timeoutSeconds: 29 } },
    `functions.memoryMegabytes: 10241 ${whole(128, 10240)} these are the megabytes Lambda offers`,
  ],
  [
    "a timeout Lambda does not grant",
    { api: { memoryMegabytes: 512, timeoutSeconds: 901 } },
    `api.timeoutSeconds: 901 ${whole(1, 900)} Lambda stops a function after 900 seconds`,
  ],
  [
    "a timeout longer than a gateway waits",
    { functions: { memoryMegabytes: 256, timeoutSeconds: 30 } },
    `functions.timeoutSeconds: 30 ${whole(1, 29)} a WebSocket API waits 29 seconds for an answer`,
  ],
  [
    "a background function that takes longer than Lambda grants",
    { background: { memoryMegabytes: 256, timeoutSeconds: 901 } },
    `background.timeoutSeconds: 901 ${whole(1, 900)} Lambda stops a function after 900 seconds`,
  ],
  [
    "no size for background functions",
    { background: undefined },
    "background: undefined is not an object; write { memoryMegabytes, timeoutSeconds }",
  ],
  [
    "a throttle of 0",
    { throttle: { ...staging.throttle, http: { requestsPerSecond: 0, burst: 10 } } },
    `throttle.http.requestsPerSecond: 0 ${whole(1, 10000)} 0 refuses every request, and 10000 is all the account has`,
  ],
  [
    "a throttle below 0",
    { throttle: { ...staging.throttle, http: { requestsPerSecond: -1, burst: 10 } } },
    `throttle.http.requestsPerSecond: -1 ${whole(1, 10000)} 0 refuses every request, and 10000 is all the account has`,
  ],
  [
    "a throttle above the account's",
    { throttle: { ...staging.throttle, websocket: { requestsPerSecond: 10_001, burst: 10 } } },
    `throttle.websocket.requestsPerSecond: 10001 ${whole(1, 10000)} 0 refuses every request, and 10000 is all the account has`,
  ],
  [
    "half a request as a burst",
    { throttle: { ...staging.throttle, websocket: { requestsPerSecond: 10, burst: 2.5 } } },
    `throttle.websocket.burst: 2.5 ${whole(1, 5000)} 0 refuses every request, and 5000 is all the account has`,
  ],
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
  expect(stagingProblems(change)).toEqual([`staging.${line}`]);
});
