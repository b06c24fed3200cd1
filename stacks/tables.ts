import type { Construct } from "constructs";
import { ticketsTable } from "../domain/admission/tickets.table";
import { commentsTable } from "../domain/comments/comments.table";
import { deliveryProgressTable } from "../domain/delivery/delivery-progress.table";
import { favoritesTable } from "../domain/favorites/favorites.table";
import { postsTable } from "../domain/posts/posts.table";
import { connectionTallyTable } from "../domain/realtime/connection-tally.table";
import { connectionsTable } from "../domain/realtime/connections.table";
import { subscriptionsTable } from "../domain/realtime/subscriptions.table";
import { usersTable } from "../domain/realtime/users.table";
import type { Environment } from "../environments/environment";
import { Table } from "./constructs/table";

export interface TablesProps {
  readonly environment: Pick<Environment, "name" | "pointInTimeRecovery" | "deletionProtection">;
}

/** Adds every table of an environment, with the keys and indexes that the stores define. */
export function addTables(scope: Construct, { environment }: TablesProps) {
  return {
    posts: new Table(scope, "posts", { environment, ...postsTable }),
    comments: new Table(scope, "comments", { environment, ...commentsTable }),
    favorites: new Table(scope, "favorites", { environment, ...favoritesTable }),
    connections: new Table(scope, "connections", { environment, ...connectionsTable }),
    subscriptions: new Table(scope, "subscriptions", { environment, ...subscriptionsTable }),
    connectionTally: new Table(scope, "tally", { environment, ...connectionTallyTable }),
    deliveries: new Table(scope, "delivery-progress", { environment, ...deliveryProgressTable }),
    users: new Table(scope, "users", { environment, ...usersTable }),
    tickets: new Table(scope, "tickets", { environment, ...ticketsTable }),
  };
}
