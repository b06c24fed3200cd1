/** The connections that a user has, as items of transactions. They are a set, so that nothing is counted twice. */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { ItemKey } from "../../runtime/dynamo/table";
import { CONNECTIONS_PER_USER, LIFETIME_SECONDS } from "./connections";
import { usersTable } from "./users.table";

interface Owned {
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly expiresAt: number;
  readonly user_id?: string | undefined;
}

const keyOf = (user_id: string): ItemKey<typeof usersTable> => ({ user_id });
/** The set's entry for a connection. It says when the connection ends, for whoever looks for entries that were left. */
const entryOf = ({ expiresAt, connectionId }: Owned): string => `${expiresAt} ${connectionId}`;
/** The parts in which changes of a user's row differ. */
interface Change {
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
  readonly values?: Readonly<Record<string, number>>;
}

/** Changes the row of a connection's user, if it has one; `:entry` is the connection's, and `:end` when the row may go. */
function changeOf(TableName: string, connection: Owned, { values, ...expressions }: Change) {
  const { user_id, connectedAt } = connection;
  if (user_id === undefined) return [];
  const Update = {
    TableName,
    Key: keyOf(user_id),
    ...expressions,
    ExpressionAttributeNames: { "#open": "open", "#ttl": usersTable.timeToLive },
    ExpressionAttributeValues: {
      ":entry": new Set([entryOf(connection)]),
      ":end": connectedAt + LIFETIME_SECONDS,
      ...values,
    },
  };
  return [{ Update }];
}

/** Adds a connection to those of its user, if it has one, unless the user has CONNECTIONS_PER_USER. */
export const arrived = (TableName: string, connection: Owned) =>
  changeOf(TableName, connection, {
    UpdateExpression: "SET #ttl = :end ADD #open :entry",
    ConditionExpression: "attribute_not_exists(#open) OR size(#open) < :most",
    values: { ":most": CONNECTIONS_PER_USER },
  });

/** Takes a connection from those of its user, if it has one, whether it is among them or not. */
export const departed = (TableName: string, connection: Owned) =>
  changeOf(TableName, connection, {
    // An item that is gone already is made again by this, and then it has to end too.
    UpdateExpression: "SET #ttl = if_not_exists(#ttl, :end) DELETE #open :entry",
  });

const userRow = z.object({ open: z.catch(z.set(z.string()), () => new Set<string>()) });

/**
 * Removes the entries of a user's connections whose time is up: nobody was told of their end.
 *
 * @param now epoch seconds
 * @returns whether there were any
 */
export async function forgetEnded(
  client: DynamoDBDocumentClient,
  TableName: string,
  user_id: string,
  now: number,
): Promise<boolean> {
  const Key = keyOf(user_id);
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  const ended = [...userRow.parse(Item ?? {}).open].filter((entry) => Number.parseInt(entry, 10) <= now);
  if (ended.length === 0) return false;
  await client.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: "DELETE #open :ended",
      ExpressionAttributeNames: { "#open": "open" },
      ExpressionAttributeValues: { ":ended": new Set(ended) },
    }),
  );
  return true;
}
