import { randomUUID } from "node:crypto";
import { httpAnnounce } from "../domain/announce";
import { dynamoCommentStore } from "../domain/comments.dynamo";
import { dynamoPostStore } from "../domain/posts.dynamo";
import { documentClient } from "../domain/runtime/clients";
import { createLog } from "../domain/runtime/logging";
import { signedPost } from "../domain/runtime/signed-request";
import { readVariables } from "../domain/runtime/variables";
import { version } from "../package.json";
import { createApp } from "./app";
import { urlHandler } from "./event-adapter";
import { variables } from "./variables";

const environment = readVariables(variables);
const log = createLog("api", environment);
const client = documentClient();

const app = createApp({
  posts: dynamoPostStore(client, environment.APP_DYNAMODB_TABLE_POSTS, log),
  comments: dynamoCommentStore(
    client,
    { comments: environment.APP_DYNAMODB_TABLE_COMMENTS, posts: environment.APP_DYNAMODB_TABLE_POSTS },
    log,
  ),
  announce: httpAnnounce(environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT, signedPost(client.config), log),
  log,
  now: () => new Date(),
  newId: randomUUID,
  about: {
    environment: environment.APP_ENVIRONMENT,
    websocketEndpoint: environment.WEBSOCKET_URL,
    broadcastEndpoint: environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT,
    version,
  },
});

/** Serves the REST API. Called by the function URL. */
export const handler = urlHandler(app, log);
