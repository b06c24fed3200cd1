import * as z from "zod/mini";
import { commonVariables, nonEmpty, urlOf } from "../domain/runtime/variables";

/** What the API reads from its environment. */
export const variables = z.object({
  ...commonVariables,
  APP_DYNAMODB_TABLE_POSTS: nonEmpty,
  APP_DYNAMODB_TABLE_COMMENTS: nonEmpty,
  /** Where a new comment is announced: the whole URL of `POST …/broadcast/comments`, stage included. */
  APP_SERVERLESS_WEBSOCKET_ENDPOINT: urlOf("https:", "http:"),
  /** Where browsers connect; shown by `/health`. */
  WEBSOCKET_URL: urlOf("wss:", "ws:"),
});
