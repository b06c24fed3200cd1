import { DeleteCommand, type DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { TableDefinition } from "../../runtime/dynamo/table";
import { writeIf } from "../../runtime/dynamo/writes";
import type { Leftovers } from "./leftovers";

/** A table whose items have a key of one attribute, and end. */
interface Ending {
  readonly definition: TableDefinition & { readonly timeToLive: string; readonly rangeKey?: never };
  /** Its physical name. */
  readonly table: string;
}

/** Finds the keys of items whose time is over. */
export function dynamoExpired(client: DynamoDBDocumentClient, { definition, table }: Ending): Leftovers["expired"] {
  const { hashKey, timeToLive } = definition;
  return async function* (now, signal) {
    const input = {
      TableName: table,
      ProjectionExpression: "#key",
      FilterExpression: "#ttl <= :now",
      ExpressionAttributeNames: { "#key": hashKey, "#ttl": timeToLive },
      ExpressionAttributeValues: { ":now": now },
    };
    for await (const { Items = [] } of paginateScan({ client }, input, { abortSignal: signal }))
      yield Items.map((item) => z.string().parse(item[hashKey]));
  };
}

/** Finds and removes items whose time is over, of a table whose items stand alone. */
export function dynamoLeftovers(client: DynamoDBDocumentClient, ending: Ending): Leftovers {
  const { hashKey, timeToLive } = ending.definition;
  return {
    expired: dynamoExpired(client, ending),
    async remove(id, now, signal) {
      const command = new DeleteCommand({
        TableName: ending.table,
        Key: { [hashKey]: id },
        ConditionExpression: "#ttl <= :now",
        ExpressionAttributeNames: { "#ttl": timeToLive },
        ExpressionAttributeValues: { ":now": now },
      });
      await writeIf(() => client.send(command, { abortSignal: signal }));
    },
  };
}
