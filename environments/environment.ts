/**
 * The schema of an environment: everything that may differ between development, staging and production.
 *
 * An environment is data. Every field is required, so that a reader sees the whole of it in one literal and
 * nothing below this folder ever asks which environment it is in.
 */
import * as z from "zod";
import { ACCOUNT, PLACEHOLDER_ACCOUNT } from "./account";
import { fields, isRecord, list, oneOf, text, textLike, wholeNumber, yesOrNo } from "./fields";
import { environmentNameMistake } from "./names";
import { originMistake } from "./origin";
import { regionMistake } from "./region";
import { RUNTIMES, retired } from "./runtimes";
import { tags } from "./tags";

/** Days CloudWatch Logs can keep events; see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;
export const ARCHITECTURES = ["arm64", "x86_64"] as const;

/** Memory, and with it speed, of a Lambda function, and its time limit; see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const functionSize = (longestSeconds: number, why: string) =>
  fields({
    memoryMegabytes: wholeNumber(128, 10240, "these are the megabytes Lambda offers"),
    timeoutSeconds: wholeNumber(1, longestSeconds, why),
  });
const untilLambdaStops = functionSize(900, "Lambda stops a function after 900 seconds");
/** An HTTP API waits a second longer. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const untilGatewaysGiveUp = functionSize(29, "a WebSocket API waits 29 seconds for an answer");

/** The size of the workers that deliver in parts, from how many connections on they do, and how many there are at most. */
const delivery = fields({
  memoryMegabytes: wholeNumber(128, 10240, "these are the megabytes Lambda offers"),
  timeoutSeconds: wholeNumber(5, 900, "a worker needs two for handing on, and Lambda stops it after 900 seconds"),
  threshold: wholeNumber(1, 100_000, "more than that no function sends to before its gateway gives up"),
  workers: wholeNumber(2, 1000, "a queue calls so many functions at once"),
});

const accountsWhole = (limit: number) =>
  wholeNumber(1, limit, `0 refuses every request, and ${limit} is all the account has`);
/**
 * A token bucket: the steady rate and how many requests may come at once. API Gateway reads a missing number as 0. The
 * account has so much for all its gateways together; see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const throttle = fields({ requestsPerSecond: accountsWhole(10_000), burst: accountsWhole(5_000) });

/**
 * The most characters of all origins together: they are a variable of the function that lets WebSocket clients in, and
 * all variables of a function take 4 KB; see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const LONGEST_ORIGINS = 2_500;
const hasWildcard = (origin: unknown) => typeof origin === "string" && origin.includes("*");
/** The browser origins that may call us, and whether they may send credentials (cookies, client certificates). */
const cors = fields({
  /** Exact origins such as `https://blog.example.com`: scheme, host and port, no path, no wildcard. */
  allowedOrigins: list(text(originMistake), 100, "a Function URL"),
  allowCredentials: yesOrNo,
}).superRefine(
  ({ allowedOrigins, allowCredentials }, { addIssue }) => {
    const texts = Array.isArray(allowedOrigins) ? allowedOrigins.filter((one) => typeof one === "string") : [];
    const characters = JSON.stringify(texts).length;
    if (characters > LONGEST_ORIGINS) {
      const message = `are too long together; the variable of a function takes ${LONGEST_ORIGINS}`;
      const params = { shown: `${characters} characters` };
      addIssue({ code: "custom", path: ["allowedOrigins"], input: allowedOrigins, message, params });
    }
    // With both, Lambda tells every website that it may act as the user who is signed in.
    if (allowCredentials !== true || !Array.isArray(allowedOrigins) || !allowedOrigins.some(hasWildcard)) return;
    const message = "lets every website act as the signed-in user, together with a wildcard; write false";
    addIssue({ code: "custom", path: ["allowCredentials"], input: allowCredentials, message });
  },
  { when: ({ value }) => isRecord(value) },
);

/** What a client that sends no Origin, which no browser is, may connect with. */
export const WITHOUT_ORIGIN = ["refused", "with a ticket", "allowed"] as const;

/** A standard SNS topic, not a FIFO one. */
const topicArn = textLike(
  /^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  'is not the ARN of an SNS topic; write one such as "arn:aws:sns:ap-northeast-1:123456789012:on-call"',
);

export const environmentSchema = fields({
  /** Lower-case name; it is the stack's id, the gateways' stage and part of every physical name. */
  name: text(environmentNameMistake),
  /** The AWS account (twelve digits) that may be deployed to, and no other. */
  account: textLike(
    ACCOUNT,
    `is not an AWS account id; write the twelve digits of yours, or "${PLACEHOLDER_ACCOUNT}" and set TERRACE_ACCOUNT_ID`,
  ),
  /** Where everything is. With another one, the next deployment makes a second environment there; see docs/deploy.md. */
  region: text(regionMistake),
  cors,
  /** Who may connect by WebSocket, besides pages of the origins above whose users are signed in. */
  websocket: fields({
    /** Lets clients listen that have no ticket, and so no user. */
    anonymous: yesOrNo,
    /** What becomes of clients that send no Origin: programs, such as other servers and test tools. */
    withoutOrigin: oneOf(WITHOUT_ORIGIN),
    /** The messages that one connection may send in a minute. */
    messagesPerMinute: wholeNumber(
      1,
      600_000,
      "that is all the account has, and a connection is cut off at twice as many",
    ),
  }),
  /** The least severe messages that functions log. */
  logLevel: oneOf(LOG_LEVELS),
  logRetentionDays: oneOf(LOG_RETENTION_DAYS),
  /** The project whose users sign in. Its form: https://cloud.google.com/resource-manager/reference/rest/v3/projects */
  firebaseProjectId: textLike(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "is not a Firebase project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter; copy it from the Firebase console",
  ),
  /** Makes the API serve its own documentation, at `/docs` and `/openapi.json`. */
  apiDocs: yesOrNo,
  /** Runtime of the zip functions; the API's image brings its own. */
  runtime: oneOf(RUNTIMES, retired),
  /** Processor architecture of the API's image and of every zip function. */
  architecture: oneOf(ARCHITECTURES),
  /** Size of the API, which is called through its own URL and not through a gateway. */
  api: untilLambdaStops,
  /** Size of the functions behind a gateway, which would be stopped unheard if they took longer than it waits. */
  functions: untilGatewaysGiveUp,
  /** Size of the functions that a schedule, a stream or a queue calls: nobody waits for their answers. */
  background: untilLambdaStops,
  /** How messages to many connections are delivered; docs/decisions/fan-out.md says what the numbers follow from. */
  delivery,
  /**
   * The rate that each gateway takes. Of the WebSocket API, new connections and messages have a rate each, so that too
   * many of the ones refuse none of the others; `websocket` is for all of its other routes.
   */
  throttle: fields({ websocket: throttle, connect: throttle, messages: throttle, http: throttle }),
  /** Continuous backups of the tables that hold what users wrote. */
  pointInTimeRecovery: yesOrNo,
  /** Refuses to delete those tables and the repository until it is switched off. */
  deletionProtection: yesOrNo,
  /**
   * No alarms at all, or alarms that notify these SNS topics (none given: they are seen in the console only). An alarm
   * takes five; see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  alarms: z.union([z.literal("off"), fields({ notifyTopicArns: list(topicArn, 5, "an alarm") })], {
    error: 'is neither "off" nor a list of topics; write "off" or { notifyTopicArns: [] }',
  }),
  tags,
});

type DeepReadonly<Value> = Value extends object ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> } : Value;

export type Environment = DeepReadonly<z.output<typeof environmentSchema>>;
export type Alarms = Environment["alarms"];
export type Architecture = Environment["architecture"];
export type FunctionSize = Environment["api"];
export type Runtime = Environment["runtime"];
