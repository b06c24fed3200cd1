import type { Construct } from "constructs";
import type { Environment } from "../environments/environment";
import { Table } from "./constructs/table";

/** The data model: every table of an environment, its keys and its indexes. */
export function addTables(scope: Construct, environment: Environment) {
  return {
    posts: new Table(scope, "posts", {
      environment,
      name: "posts",
      variable: "APP_DYNAMODB_TABLE_POSTS",
      holds: "what users wrote",
      hashKey: "id",
      // `feed` is one of a few values, so that listing the newest posts does not go through one partition.
      indexes: [{ name: "by_creation", hashKey: "feed", rangeKey: "created_at" }],
    }),
    comments: new Table(scope, "comments", {
      environment,
      name: "comments",
      variable: "APP_DYNAMODB_TABLE_COMMENTS",
      holds: "what users wrote",
      hashKey: "id",
      indexes: [{ name: "by_post", hashKey: "post_id", rangeKey: "created_at" }],
    }),
    favorites: new Table(scope, "favorites", {
      environment,
      name: "favorites",
      variable: "APP_DYNAMODB_TABLE_FAVORITES",
      holds: "what users wrote",
      hashKey: "user_id",
      rangeKey: "post_id",
      indexes: [
        { name: "by_creation", hashKey: "user_id", rangeKey: "created_at" },
        { name: "by_post", hashKey: "post_id", rangeKey: "user_id" },
      ],
    }),
    connections: new Table(scope, "connections", {
      environment,
      name: "websocket-connections",
      variable: "DYNAMODB_CONNECTIONS_TABLE",
      // Clients reconnect, and a row lives for two hours at most: nothing here is worth a backup.
      holds: "what comes back by itself",
      hashKey: "connectionId",
      timeToLive: "ttl",
    }),
    tickets: new Table(scope, "tickets", {
      environment,
      name: "websocket-tickets",
      variable: "DYNAMODB_TICKETS_TABLE",
      // A ticket is good for a minute, and whoever loses one gets another.
      holds: "what comes back by itself",
      hashKey: "ticket",
      timeToLive: "ttl",
    }),
  };
}
