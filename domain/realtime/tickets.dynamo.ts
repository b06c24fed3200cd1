import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { writeIf } from "../../runtime/dynamo/writes";
import type { TicketStore } from "./tickets";

const row = z.object({ user_id: z.string() });

export function dynamoTicketStore(client: DynamoDBDocumentClient, table: string): TicketStore {
  return {
    async put(ticket) {
      await client.send(new PutCommand({ TableName: table, Item: ticket }));
    },
    async take(ticket, now) {
      const command = new DeleteCommand({
        TableName: table,
        Key: { ticket },
        // Not true of a ticket that is not there, either.
        ConditionExpression: "#ttl > :now",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":now": now },
        ReturnValues: "ALL_OLD",
      });
      const taken = await writeIf(() => client.send(command));
      return taken && row.parse(taken.Attributes).user_id;
    },
  };
}
