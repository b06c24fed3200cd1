import type { Environment } from "./environment";

/** The rehearsal of production: data can be brought back, and the whole can still be deleted. */
export const staging: Environment = {
  name: "staging",
  account: "000000000000", // Put the twelve digits of your AWS account here.
  region: "ap-northeast-1",
  cors: {
    allowedOrigins: ["https://staging.example.com"], // Put your own here.
    allowCredentials: false,
  },
  websocket: { anonymous: true, withoutOrigin: "with a ticket", messagesPerMinute: 120 },
  logLevel: "INFO",
  logRetentionDays: 14,
  firebaseProjectId: "blogapp-staging",
  apiDocs: false,
  runtime: "nodejs24.x",
  architecture: "arm64",
  api: { memoryMegabytes: 512, timeoutSeconds: 15 },
  // A broadcast may use all the time the gateways wait; the other functions answer in milliseconds and cost no more.
  functions: { memoryMegabytes: 256, timeoutSeconds: 29 },
  // Functions that nobody waits for: a message that takes a minute has gone wrong.
  background: { memoryMegabytes: 256, timeoutSeconds: 60 },
  delivery: { memoryMegabytes: 512, timeoutSeconds: 6, threshold: 2_000, workers: 6 },
  throttle: {
    websocket: { requestsPerSecond: 200, burst: 400 },
    connect: { requestsPerSecond: 100, burst: 200 },
    messages: { requestsPerSecond: 200, burst: 400 },
    http: { requestsPerSecond: 50, burst: 100 },
  },
  pointInTimeRecovery: true,
  deletionProtection: false,
  alarms: "off",
  tags: {},
};
