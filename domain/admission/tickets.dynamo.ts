import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeTogether } from "../../runtime/dynamo/writes";
import { LIFETIME_SECONDS } from "../realtime/connections";
import { usersTable } from "../realtime/users.table";
import { TICKETS_PER_MINUTE, type TicketStore } from "./tickets";
import { ticketsTable } from "./tickets.table";

/** The names of the tables that hold tickets and how many each user has taken. */
export interface TicketTables {
  readonly tickets: string;
  readonly users: string;
}

const MINUTE_SECONDS = 60;

/** Creates the store of tickets in DynamoDB. A ticket is stored and counted together. */
export function dynamoTicketStore(client: DynamoDBDocumentClient, tables: TicketTables): TicketStore {
  /** Counts one more in this minute. */
  const oneMore = {
    UpdateExpression: "SET #ttl = :end ADD tickets :one",
    ConditionExpression: "#minute = :minute AND tickets < :most",
  };
  /** Counts the first in this minute. */
  const first = {
    UpdateExpression: "SET #ttl = :end, #minute = :minute, tickets = :one",
    ConditionExpression: "attribute_not_exists(#minute) OR #minute < :minute",
  };
  return {
    async put({ hash, user_id, ttl }, now) {
      const minute = Math.floor(now / MINUTE_SECONDS);
      const Item = { ...ticketKey(hash), user_id, [ticketsTable.timeToLive]: ttl };
      // Somebody else may have counted the first one between the first two attempts.
      for (const count of [oneMore, first, oneMore]) {
        const isFirst = count === first;
        const refused = await writeTogether(client, [
          { Put: { TableName: tables.tickets, Item } },
          {
            Update: {
              TableName: tables.users,
              Key: { user_id } satisfies ItemKey<typeof usersTable>,
              ...count,
              ExpressionAttributeNames: { "#ttl": usersTable.timeToLive, "#minute": "minute" },
              ExpressionAttributeValues: {
                // The item has to outlive every connection that it counts.
                ":end": now + LIFETIME_SECONDS,
                ":minute": minute,
                ":one": 1,
                ...(!isFirst && { ":most": TICKETS_PER_MINUTE }),
              },
            },
          },
        ]);
        if (refused.size === 0) return true;
      }
      return false;
    },
  };
}

/**
 * Takes a ticket away that has not ended, as an item of a transaction.
 *
 * @param now epoch seconds
 */
export const taken = (TableName: string, hash: string, now: number) => ({
  Delete: {
    TableName,
    Key: ticketKey(hash),
    // The condition does not hold for a ticket that is not there, either.
    ConditionExpression: "#ttl > :now",
    ExpressionAttributeNames: { "#ttl": ticketsTable.timeToLive },
    ExpressionAttributeValues: { ":now": now },
  },
});

/** The key attribute is called `ticket`, though it holds the hash of one only: a key cannot be renamed. */
const ticketKey = (hash: string): ItemKey<typeof ticketsTable> => ({ ticket: hash });
