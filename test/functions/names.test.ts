import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { name as apiName } from "../../api/variables";
import { awsVariables } from "../support/doubles/dynamo";

const folder = path.join(__dirname, "../../functions");
const files = fs
  .readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => path.basename(file, ".ts"));

/** Whatever any function reads, so that each of them starts. */
const variables = {
  ...awsVariables,
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

describe("a function is one value", () => {
  test.each(files)(
    "%s.ts exports the name of its file, which is its bundle's and the deployed function's",
    async (file) => {
      Object.assign(process.env, variables);
      expect(await import(path.join(folder, file))).toMatchObject({
        name: file,
        variables: expect.anything(),
        handler: expect.any(Function),
      });
    },
  );

  test("the API exports the name of the folder that its image is built from", () => {
    expect(fs.readdirSync(path.join(folder, "../dist"))).toContain(apiName);
  });
});
