import type { Environment } from "./environment";

/** The environment in which changes are tried: verbose logs, small sizes, free to be deleted. */
export const development: Environment = {
  name: "development",
  account: "000000000000", // Put the twelve digits of your AWS account here.
  region: "ap-northeast-1",
  cors: {
    // A front end of one's own on this machine, and the page of the local cloud.
    allowedOrigins: ["http://localhost:3000", "http://localhost:3001"],
    allowCredentials: false,
  },
  websocket: { anonymous: true, withoutOrigin: "allowed", messagesPerMinute: 6_000 },
  logLevel: "DEBUG",
  logRetentionDays: 7,
  firebaseProjectId: "blogapp-development",
  apiDocs: true,
  runtime: "nodejs24.x",
  architecture: "arm64",
  api: { memoryMegabytes: 512, timeoutSeconds: 15 },
  // A broadcast may use all the time the gateways wait; the other functions answer in milliseconds and cost no more.
  functions: { memoryMegabytes: 256, timeoutSeconds: 29 },
  // Functions that nobody waits for: a message that takes a minute has gone wrong.
  background: { memoryMegabytes: 256, timeoutSeconds: 60 },
  // A few sockets are enough to see a delivery in parts.
  delivery: { memoryMegabytes: 256, timeoutSeconds: 6, threshold: 50, workers: 2 },
  throttle: {
    websocket: { requestsPerSecond: 50, burst: 100 },
    connect: { requestsPerSecond: 20, burst: 40 },
    messages: { requestsPerSecond: 50, burst: 100 },
    http: { requestsPerSecond: 20, burst: 40 },
  },
  pointInTimeRecovery: false,
  deletionProtection: false,
  alarms: "off",
  tags: {},
};
