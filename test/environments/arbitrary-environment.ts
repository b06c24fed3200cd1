import fc from "fast-check";
import {
  ARCHITECTURES,
  type Environment,
  type FunctionSize,
  LOG_LEVELS,
  LOG_RETENTION_DAYS,
  LONGEST_ORIGINS,
  WITHOUT_ORIGIN,
} from "../../environments/environment";
import { RUNTIMES } from "../../environments/runtimes";

// Single hyphens only: two after two letters announce punycode, and most of what follows them is none.
const label = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6})?$/);
const host = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/), fc.array(label, { maxLength: 2 }))
  .map(([first, rest]) =>
    // The last label starts with a letter, or it would be read as part of an IPv4 address.
    [...rest, first].join("."),
  );
const port = fc.oneof(
  fc.constant(""),
  fc.integer({ min: 1024, max: 65535 }).map((number) => `:${number}`),
);
const origin = fc.oneof(
  fc.tuple(host, port).map(([name, at]) => `https://${name}${at}`),
  fc.tuple(fc.constantFrom("localhost", "127.0.0.1"), port).map(([name, at]) => `http://${name}${at}`),
);

/** At most 24 characters, with which every name made from it fits. */
const environmentName = fc
  .stringMatching(/^[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,7}){0,2}$/)
  .filter((name) => !name.endsWith("-ecr"));

const size = (longest: number): fc.Arbitrary<FunctionSize> =>
  fc.record({
    memoryMegabytes: fc.integer({ min: 128, max: 10240 }),
    timeoutSeconds: fc.integer({ min: 1, max: longest }),
  });
const throttle: fc.Arbitrary<Environment["throttle"]["http"]> = fc.record({
  requestsPerSecond: fc.integer({ min: 1, max: 10_000 }),
  burst: fc.integer({ min: 1, max: 5_000 }),
});
const topicArn = fc
  .stringMatching(/^[A-Za-z0-9_-]{1,20}$/)
  .map((name) => `arn:aws:sns:ap-northeast-1:123456789012:${name}`);
const tags = fc
  .uniqueArray(fc.stringMatching(/^x[A-Za-z0-9 +\-=._:/@é]{0,20}$/), {
    maxLength: 47,
    selector: (key) => key.toLowerCase(),
  })
  .chain((keys) =>
    fc
      .array(fc.stringMatching(/^[A-Za-z0-9 +\-=._:/@é]{0,40}$/), { minLength: keys.length, maxLength: keys.length })
      .map((values) => Object.fromEntries(keys.map((key, index) => [key, values[index] ?? ""]))),
  );

/** Any environment that validation has nothing to say about. */
export const environment: fc.Arbitrary<Environment> = fc.record({
  name: environmentName,
  account: fc.stringMatching(/^\d{12}$/),
  region: fc.constantFrom("ap-northeast-1", "eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1", "mx-central-1"),
  cors: fc.record({
    allowedOrigins: fc
      .uniqueArray(origin, { maxLength: 100 })
      .filter((origins) => JSON.stringify(origins).length <= LONGEST_ORIGINS),
    allowCredentials: fc.boolean(),
  }),
  websocket: fc.record({
    anonymous: fc.boolean(),
    withoutOrigin: fc.constantFrom(...WITHOUT_ORIGIN),
    messagesPerMinute: fc.integer({ min: 1, max: 60_000 }),
  }),
  logLevel: fc.constantFrom(...LOG_LEVELS),
  logRetentionDays: fc.constantFrom(...LOG_RETENTION_DAYS),
  firebaseProjectId: fc.stringMatching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/),
  apiDocs: fc.boolean(),
  runtime: fc.constantFrom(...RUNTIMES),
  architecture: fc.constantFrom(...ARCHITECTURES),
  api: size(900),
  functions: size(29),
  background: size(900),
  delivery: fc.record({
    memoryMegabytes: fc.integer({ min: 128, max: 10_240 }),
    timeoutSeconds: fc.integer({ min: 5, max: 900 }),
    threshold: fc.integer({ min: 1, max: 100_000 }),
    workers: fc.integer({ min: 2, max: 1_000 }),
  }),
  throttle: fc.record({ websocket: throttle, connect: throttle, messages: throttle, http: throttle }),
  pointInTimeRecovery: fc.boolean(),
  deletionProtection: fc.boolean(),
  alarms: fc.oneof(
    fc.constant("off" as const),
    fc.record({ notifyTopicArns: fc.uniqueArray(topicArn, { maxLength: 5 }) }),
  ),
  tags,
});

export const environments = fc.uniqueArray(environment, { minLength: 1, maxLength: 4, selector: ({ name }) => name });
