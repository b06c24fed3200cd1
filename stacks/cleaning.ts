import type { Construct } from "constructs";
import { UNFINISHED } from "../domain/posts/posts.table";
import type { Environment } from "../environments/environment";
import { Queue } from "./constructs/background/queue";
import { Schedule } from "./constructs/background/schedule";
import { StreamSource } from "./constructs/background/stream-source";
import type { CodeSource } from "./constructs/code";
import { Lambda } from "./constructs/lambda";
import { settings } from "./constructs/settings";
import type { addTables } from "./tables";

interface CleaningProps {
  readonly environment: Environment;
  readonly size: Environment["background"];
  readonly code: CodeSource;
  readonly tables: ReturnType<typeof addTables>;
}

/** Adds what empties deleted posts in the background, and what sweeps up every hour after everything else. */
export function addCleaning(scope: Construct, { tables, ...lambda }: CleaningProps): void {
  const { environment } = lambda;
  const { posts, comments, favorites, connections, subscriptions, connectionTally, users, tickets } = tables;
  const common = settings(environment);
  const deletions = new Queue(scope, "deletions", { environment, name: "deletions", worker: lambda.size });
  const finish = new Lambda(scope, "finish-deletions", {
    ...lambda,
    entry: "finish-deletions",
    uses: [
      common,
      posts.allow("UpdateItem"),
      comments.allow("Query", "BatchWriteItem"),
      favorites.allow("BatchWriteItem"),
      favorites.query("by_post"),
      deletions.send("DELETIONS_QUEUE_URL"),
    ],
  });
  deletions.feeds(finish, { maximumConcurrency: 5 });
  new StreamSource(finish, "deleted", {
    environment,
    name: "deleted-posts",
    target: finish,
    tables: [posts],
    // The one change that puts a post among those whose deletion is not finished.
    patterns: [{ eventName: ["MODIFY"], dynamodb: { NewImage: { feed: { S: [UNFINISHED] } } } }],
  });
  const sweep = new Lambda(scope, "sweep", {
    ...lambda,
    entry: "sweep",
    uses: [
      common,
      posts.allow("Query"),
      connections.allow("Scan", "GetItem", "DeleteItem"),
      subscriptions.allow("DeleteItem"),
      users.allow("UpdateItem"),
      connectionTally.allow("UpdateItem"),
      tickets.allow("Scan", "DeleteItem"),
      deletions.send("DELETIONS_QUEUE_URL"),
    ],
  });
  new Schedule(sweep, "hourly", { environment, name: "sweep", target: sweep, expression: "rate(1 hour)" });
}
