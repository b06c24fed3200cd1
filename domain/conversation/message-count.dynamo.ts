import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeIf } from "../../runtime/dynamo/writes";
import { countedRow } from "../realtime/connections.row";
import type { connectionsTable } from "../realtime/connections.table";
import type { MessageCounter } from "./meter";

/** Creates the counter of messages in DynamoDB. The count is part of the connection's row, and goes with it. */
export function dynamoMessageCounter(client: DynamoDBDocumentClient, table: string): MessageCounter {
  const KNOWN = "attribute_exists(connectionId)";
  /** The ways to count, in the order in which they are tried. Which holds depends on the minute that was counted last. */
  const more = { UpdateExpression: "ADD messages :more", ConditionExpression: "#minute = :minute" };
  const first = {
    UpdateExpression: "SET #minute = :minute, messages = :more",
    ConditionExpression: `${KNOWN} AND (attribute_not_exists(#minute) OR #minute < :minute)`,
  };
  // Another instance, whose clock is ahead, is in the next minute already; or it counted the first a moment ago.
  const ahead = { UpdateExpression: "ADD messages :more", ConditionExpression: `${KNOWN} AND #minute >= :minute` };
  return {
    async count(connectionId, minute, messages) {
      for (const way of [more, first, ahead]) {
        const command = new UpdateCommand({
          TableName: table,
          Key: { connectionId } satisfies ItemKey<typeof connectionsTable>,
          ...way,
          ExpressionAttributeNames: { "#minute": "minute" },
          ExpressionAttributeValues: { ":minute": minute, ":more": messages },
          ReturnValues: "ALL_NEW",
        });
        const counted = await writeIf(() => client.send(command));
        if (!counted) continue;
        const { messages: total, ...connection } = countedRow.parse(counted.Attributes);
        return { connection, messages: total };
      }
      return undefined;
    },
  };
}
