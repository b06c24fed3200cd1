import type { Environment } from "./environment";

/** The environment that users depend on: data can be brought back and is not deleted by mistake. */
export const production: Environment = {
  name: "production",
  account: "000000000000", // Put the twelve digits of your AWS account here.
  region: "ap-northeast-1",
  cors: {
    allowedOrigins: ["https://www.example.com"], // Put your own here.
    allowCredentials: false,
  },
  websocket: { anonymous: true, withoutOrigin: "with a ticket", messagesPerMinute: 120 },
  logLevel: "INFO",
  logRetentionDays: 30,
  firebaseProjectId: "blogapp-production",
  apiDocs: false,
  runtime: "nodejs24.x",
  architecture: "arm64",
  api: { memoryMegabytes: 1024, timeoutSeconds: 15 },
  // A broadcast may use all the time the gateways wait; the other functions answer in milliseconds and cost no more.
  functions: { memoryMegabytes: 512, timeoutSeconds: 29 },
  // Functions that nobody waits for: a message that takes a minute has gone wrong.
  background: { memoryMegabytes: 512, timeoutSeconds: 60 },
  delivery: { memoryMegabytes: 512, timeoutSeconds: 6, threshold: 2_000, workers: 6 },
  throttle: {
    // The account allows 10,000 a second over all its gateways, and every message we push to a client counts as one.
    websocket: { requestsPerSecond: 1000, burst: 2000 },
    // The account lets 500 new connections a second in.
    connect: { requestsPerSecond: 300, burst: 600 },
    messages: { requestsPerSecond: 1000, burst: 2000 },
    http: { requestsPerSecond: 200, burst: 400 },
  },
  pointInTimeRecovery: true,
  deletionProtection: true,
  alarms: { notifyTopicArns: [] },
  tags: {},
};
