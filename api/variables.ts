import * as z from "zod/mini";
import { commonVariables, nonEmpty, urlOf } from "../runtime/variables";

/** The name of the entry file, its bundle, its function and the service in its log. */
export const name = "api";

/** The variables that the API reads at its start. */
export const variables = z.object({
  ...commonVariables,
  APP_DYNAMODB_TABLE_POSTS: nonEmpty,
  APP_DYNAMODB_TABLE_COMMENTS: nonEmpty,
  APP_DYNAMODB_TABLE_FAVORITES: nonEmpty,
  DYNAMODB_CONNECTION_TALLY_TABLE: nonEmpty,
  DYNAMODB_TICKETS_TABLE: nonEmpty,
  DYNAMODB_WEBSOCKET_USERS_TABLE: nonEmpty,
  /** The URL at which other servers tell everyone who listens: `POST …/broadcast/comments`; shown by `/health`. */
  APP_SERVERLESS_WEBSOCKET_ENDPOINT: urlOf("https:", "http:"),
  /** The URL at which browsers connect; shown by `/health`. */
  WEBSOCKET_URL: urlOf("wss:", "ws:"),
  /** The Firebase project whose users are the API's. */
  FIREBASE_PROJECT_ID: nonEmpty,
  /** ARN of the KMS key that cursors are signed with. */
  SIGNING_KEY_ID: nonEmpty,
  /** Says whether the API serves its own documentation. */
  API_DOCS: z.enum(["on", "off"], "must be on or off"),
});
