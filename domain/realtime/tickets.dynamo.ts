import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeIf } from "../../runtime/dynamo/writes";
import type { TicketStore } from "./tickets";
import { ticketsTable } from "./tickets.table";

/** Reads the holder of a ticket from its row. */
const ticketRow = z.object({ user_id: z.string() });

/** Creates the store of tickets in DynamoDB. */
export function dynamoTicketStore(client: DynamoDBDocumentClient, table: string): TicketStore {
  return {
    async put({ hash, user_id, ttl }) {
      const Item = { ...keyOf(hash), user_id, [ticketsTable.timeToLive]: ttl };
      await client.send(new PutCommand({ TableName: table, Item }));
    },
    async take(hash, now) {
      const command = new DeleteCommand({
        TableName: table,
        Key: keyOf(hash),
        // The condition does not hold for a ticket that is not there, either.
        ConditionExpression: "#ttl > :now",
        ExpressionAttributeNames: { "#ttl": ticketsTable.timeToLive },
        ExpressionAttributeValues: { ":now": now },
        ReturnValues: "ALL_OLD",
      });
      const taken = await writeIf(() => client.send(command));
      return taken && ticketRow.parse(taken.Attributes).user_id;
    },
  };
}

/** The key attribute is called `ticket`, though it holds the hash of one only: a key cannot be renamed. */
const keyOf = (hash: string): ItemKey<typeof ticketsTable> => ({ ticket: hash });
