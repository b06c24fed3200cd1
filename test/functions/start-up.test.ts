import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { awsVariables } from "../support/doubles/dynamo";

const variables = {
  APP_ENVIRONMENT: "development",
  LOG_LEVEL: "INFO",
  DYNAMODB_CONNECTIONS_TABLE: "connections",
  DYNAMODB_SUBSCRIPTIONS_TABLE: "subscriptions",
  DYNAMODB_WEBSOCKET_USERS_TABLE: "users",
  DYNAMODB_TICKETS_TABLE: "tickets",
  DYNAMODB_CONNECTION_TALLY_TABLE: "tally",
  SIGNING_KEY_ID: "arn:aws:kms:ap-northeast-1:000000000000:key/none",
  WEBSOCKET_ORIGINS: "[]",
  WEBSOCKET_WITHOUT_ORIGIN: "refused",
  WEBSOCKET_ANONYMOUS: "off",
  WEBSOCKET_MESSAGES_PER_MINUTE: "120",
  WEBSOCKET_API_ENDPOINT: "https://ws.example/development",
  APP_DYNAMODB_TABLE_POSTS: "posts",
  APP_DYNAMODB_TABLE_COMMENTS: "comments",
  APP_DYNAMODB_TABLE_FAVORITES: "favorites",
  DELETIONS_QUEUE_URL: "https://sqs.example/1/deletions",
  DYNAMODB_DELIVERIES_TABLE: "deliveries",
  DELIVERIES_QUEUE_URL: "https://sqs.example/1/deliveries",
  DELIVERY_THRESHOLD: "1000",
};
const before = { ...process.env };
beforeAll(() => {
  Object.assign(process.env, awsVariables);
});
afterAll(() => {
  process.env = before;
});

/** Loads a function. If it refuses to start, it is loaded anew the next time; what it imports is loaded once. */
async function start(name: string, environment: Record<string, string>): Promise<unknown> {
  for (const variable of Object.keys(variables)) delete process.env[variable];
  Object.assign(process.env, environment);
  return import(`../../functions/${name}`);
}

const connections = ["DYNAMODB_CONNECTIONS_TABLE", "DYNAMODB_SUBSCRIPTIONS_TABLE", "DYNAMODB_WEBSOCKET_USERS_TABLE"];
const TALLY = "DYNAMODB_CONNECTION_TALLY_TABLE";
const sender = [...connections, TALLY, "DYNAMODB_DELIVERIES_TABLE", "DELIVERIES_QUEUE_URL", "WEBSOCKET_API_ENDPOINT"];

test.each([
  [
    "websocket-connect",
    [
      ...connections,
      "DYNAMODB_TICKETS_TABLE",
      TALLY,
      "SIGNING_KEY_ID",
      "WEBSOCKET_ORIGINS",
      "WEBSOCKET_WITHOUT_ORIGIN",
      "WEBSOCKET_ANONYMOUS",
    ],
  ],
  ["websocket-disconnect", [...connections, TALLY]],
  [
    "websocket-default",
    [
      "DYNAMODB_CONNECTIONS_TABLE",
      "DYNAMODB_SUBSCRIPTIONS_TABLE",
      "WEBSOCKET_MESSAGES_PER_MINUTE",
      "WEBSOCKET_API_ENDPOINT",
    ],
  ],
  [
    "finish-deletions",
    ["APP_DYNAMODB_TABLE_POSTS", "APP_DYNAMODB_TABLE_COMMENTS", "APP_DYNAMODB_TABLE_FAVORITES", "DELETIONS_QUEUE_URL"],
  ],
  ["sweep", ["APP_DYNAMODB_TABLE_POSTS", ...connections, TALLY, "DYNAMODB_TICKETS_TABLE", "DELETIONS_QUEUE_URL"]],
  ["deliver-segments", sender],
  ["websocket-broadcast", [...sender, "DELIVERY_THRESHOLD"]],
  ["announce", [...sender, "DELIVERY_THRESHOLD", "APP_DYNAMODB_TABLE_POSTS", "APP_DYNAMODB_TABLE_COMMENTS"]],
])("the %s function starts with its variables and names every one that is missing", async (name, own) => {
  const missing = ["APP_ENVIRONMENT", "LOG_LEVEL", ...own].map((variable) => `${variable} is missing`).join("; ");
  await expect(start(name, {})).rejects.toThrow(`The environment variables of this function are wrong: ${missing}. `);
  expect(await start(name, variables)).toMatchObject({ handler: expect.any(Function) });
});
